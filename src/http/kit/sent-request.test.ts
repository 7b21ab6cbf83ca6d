import { expect, test } from 'vitest';
import { sentRequest } from './sent-request.ts';

const png = Buffer.alloc(3_000, 7).toString('base64');

test.each<[name: string, sent: unknown, kept: unknown]>([
  ['words and numbers', { prompt: 'a token of love', steps: 20, on: true, none: null }, undefined],
  [
    'text of any kind',
    { prompt: 'basic portrait lighting, nul \u0000, half \ud800, https://a.b/?c in it' },
    undefined,
  ],
  ['fields that nobody knows', { mine: { deeper: [1, 'two', [3]] } }, undefined],
  ['a token', { hf_token: 'hf_abcdefgh12345678' }, { hf_token: '[redacted]' }],
  ['an empty token', { hf_token: '' }, { hf_token: '' }],
  ['a token in a list', { tokens: ['one'] }, { tokens: ['[redacted]'] }],
  ['secrets by name', { secrets: { mine: 'x' } }, { secrets: { mine: '[redacted]' } }],
  [
    'headers for somebody',
    { headers: { Authorization: 'Bearer abc', Cookie: 'a=b', 'X-Api-Key': 'k' } },
    { headers: { Authorization: '[redacted]', Cookie: '[redacted]', 'X-Api-Key': '[redacted]' } },
  ],
  ['a credential under another name', { note: 'Bearer abc.def' }, { note: '[redacted]' }],
  ['the secret of a webhook', { webhook: { secret: 's' } }, { webhook: { secret: '[redacted]' } }],
  [
    'a URL',
    { loras: [{ path: 'https://me:pw@civitai.com/api/download/1?token=abc#here' }] },
    { loras: [{ path: 'https://civitai.com/api/download/1' }] },
  ],
  [
    'a URL with a port',
    { webhook_url: 'http://127.0.0.1:9/hook?key=1' },
    { webhook_url: 'http://127.0.0.1:9/hook' },
  ],
  ['what is no URL', { url: 'https://u:p@[bad/x?token=abc' }, { url: 'https://[bad/x' }],
  [
    'a picture as a data URL',
    { ctrl_img: `data:image/png;base64,${png}` },
    { ctrl_img: '[image/png, 3000 bytes]' },
  ],
  ['a picture', { ctrl_img: png }, { ctrl_img: '[base64, 3000 bytes]' }],
  ['a text longer than any prompt', { x: 'a b'.repeat(10_000) }, { x: '[30000 characters]' }],
  ['a large seed', { seed: 2n ** 63n - 1n }, { seed: '9223372036854775807' }],
])('%s', (_name, sent, kept = sent) => {
  expect(sentRequest(sent)).toEqual(kept);
  expect(() => JSON.stringify(sentRequest(sent))).not.toThrow();
});

test('of a request that is too long nothing is kept', () => {
  expect(sentRequest({ prompts: Array.from({ length: 300 }, () => 'a b '.repeat(4_000)) })).toBeNull();
});
