import { expect, test } from 'vitest';
import { bareUrl } from './bare-url.ts';

test.each([
  ['https://me:pw@civitai.com/api/download/1?token=abc#here', 'https://civitai.com/api/download/1'],
  ['HTTPS://Host:8443/a b.safetensors?sas=abc', 'HTTPS://Host:8443/a b.safetensors'],
  ['https://me@you:pw@host/x@2.safetensors', 'https://host/x@2.safetensors'],
  ['https://host?token=a\nb', 'https://host'],
  ['http://u:p@[bad/x?token=abc', 'http://[bad/x'],
  ['postgres://me:pw@host/db', 'postgres://host/db'],
  ['hf:owner/repo/file.safetensors', 'hf:owner/repo/file.safetensors'],
  ['styles/why?.safetensors', 'styles/why?.safetensors'],
  ['see https://host/?a=1', 'see https://host/?a=1'],
])('%s', (text, bare) => {
  expect(bareUrl(text)).toBe(bare);
});
