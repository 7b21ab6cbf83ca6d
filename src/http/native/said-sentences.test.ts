/** Every sentence that the core says about a request with names in it is in the table of awkward requests, for other dialects too. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { packageRoot } from '../../python/package-root.ts';

const src = path.join(packageRoot(), 'src');
const answers = readFileSync(path.join(import.meta.dirname, 'awkward-answers.txt'), 'utf8').split('\n');

/** What the table cannot ask for, by how it begins. */
const elsewhere: readonly string[] = [
  // For the log.
  '… could not be decoded: …',
  // Of a host that wants a token: remote-loras.test.ts has one.
  'Check …HF_TOKEN in the settings',
  'It may need …HF_TOKEN in the settings',
];

interface Said {
  file: string;
  text: string;
  pattern: RegExp;
}

/** The templates of a source file; what is filled in may be anything. */
function templatesOf(file: string): Said[] {
  const found: Said[] = [];
  const { program } = parseSync(file, readFileSync(path.join(src, file), 'utf8'));
  new Visitor({
    TaggedTemplateExpression: ({ tag, quasi }) => {
      if (tag.type !== 'Identifier' || tag.name !== 'said') return;
      const texts = quasi.quasis.map(({ value }) => value.cooked ?? value.raw);
      const pattern = new RegExp(
        texts.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*'),
        'i',
      );
      found.push({ file, text: texts.join('…'), pattern });
    },
  }).visit(program);
  return found;
}

const files = globSync('{render,inference,loras,pictures}/**/*.ts', { cwd: src }).filter(
  (file) => !/\.(test|fixture)\.ts$/.test(file),
);
const templates = files
  .flatMap(templatesOf)
  .filter(({ text }) => !elsewhere.some((start) => text.startsWith(start)));

test('there are sentences', () => {
  expect(templates.length).toBeGreaterThan(25);
});

test.each(templates)('$file: $text', ({ pattern }) => {
  expect(answers.some((line) => pattern.test(line))).toBe(true);
});
