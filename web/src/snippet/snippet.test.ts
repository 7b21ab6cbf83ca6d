import { expect, test } from 'vitest';
import { languages, snippet } from './snippet.ts';

const body = { model: 'm', base_only: true, prompts: [{ prompt: `it's "quoted" \\ and '''so'''`, seed: 1 }] };

test('no snippet holds a key, and each names the variable for it', () => {
  for (const { value } of languages)
    expect(snippet(value, { body, url: 'http://x' })).toContain('DARKROOM_API_KEY');
});

test('quotes in a prompt end no string of the shell', () => {
  const text = snippet('curl', { body, url: 'http://x' });
  const data = text.slice(text.indexOf("-d '") + 4, -1);
  expect(JSON.parse(data.replaceAll(String.raw`'\''`, "'"))).toEqual(body);
});

test('a picture is not written out', () => {
  const picture = `data:image/png;base64,${'A'.repeat(5000)}`;
  const text = snippet('curl', {
    body: { ...body, prompts: [{ prompt: 'x', ctrl_img: picture }] },
    url: 'http://x',
  });
  expect(text).not.toContain('AAAA');
});
