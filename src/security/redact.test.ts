import pino from 'pino';
import { expect, test } from 'vitest';
import { isSecretName, logRedaction, redactSecrets, secretNames } from './redact.ts';

test.each([
  ['Authorization: Bearer abcdefgh12345', 'abcdefgh12345'],
  ['401 for token hf_AbCdEfGhIjKlMnOp', 'AbCdEfGhIjKlMnOp'],
  ['connect postgres://user:s3cret@db/name', 's3cret'],
  ['GET https://example.com/a?x=1&token=s3cret&y=2', 's3cret'],
  ['GET /outputs/0?expires=1&signature=abcdef', 'abcdef'],
  ['The LoRA "https://host.example/a.safetensors?sas=s3cret" cannot be used', 's3cret'],
  ['https://user:s3cret@host.example/a.safetensors', 's3cret'],
])('%s', (text, secret) => {
  expect(redactSecrets(text)).not.toContain(secret);
  expect(redactSecrets(text)).toContain('[redacted]');
});

test('other text stays as it is', () => {
  const text = 'prompts[0].seed was 42 for a red apple? See https://example.com/a#part';
  expect(redactSecrets(text)).toBe(text);
});

test('every name that logs leave out is one that messages leave out', () => {
  expect(secretNames.filter((name) => !isSecretName(name))).toEqual([]);
});

test('a logged object does not show its secrets', () => {
  const lines: string[] = [];
  const log = pino({ redact: logRedaction }, { write: (line: string) => void lines.push(line) });
  log.info({
    hf_token: 's3cret',
    request: { headers: { authorization: 's3cret' } },
    job: { hfToken: 's3cret' },
  });
  expect(lines.join()).not.toContain('s3cret');
});
