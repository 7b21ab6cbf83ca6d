/** The core speaks of nothing by native's names: no text in it holds one. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { packageRoot } from '../../python/package-root.ts';
import { nativeFieldNames } from './field-names.fixture.ts';

const core = [
  'render',
  'inference',
  'loras',
  'jobs',
  'worker',
  'pictures',
  'errors',
  'engines',
  'http/kit',
  'http/hooks',
];

/** Names that are somebody else's too. */
const alsoOf: Readonly<Record<string, readonly string[]>> = {
  // Flags of the trainer, inside of prompts.
  'render/prompts/prompt-flags.ts': ['network_multiplier', 'num_frames', 'ctrl_idx', 'ctrl_img'],
  // Arguments of pipelines.
  'files/encode/call-provenance.ts': ['num_frames'],
  // Settings of the trainer.
  'worker/train/toolkit/toolkit-config.ts': ['ctrl_img'],
  // Words of the engine's protocol.
  'engines/process/protocol.ts': ['negative_prompt'],
};

/** Texts of a source file that can be read by somebody: what names a module, a type or a column is not. */
function textsOf(file: string, source: string): string[] {
  const texts: string[] = [];
  const queries: [number, number][] = [];
  const { program, errors } = parseSync(file, source);
  expect(errors, file).toEqual([]);
  const add = (text: string, { start }: { start: number }): void => {
    if (!queries.some(([from, to]) => start >= from && start < to)) texts.push(text);
  };
  new Visitor({
    TSLiteralType: ({ start, end }) => void queries.push([start, end]),
    TaggedTemplateExpression: ({ tag, start, end }) => {
      if (tag.type === 'Identifier' && tag.name === 'sql') queries.push([start, end]);
    },
    Literal: (node) => {
      if (typeof node.value === 'string') add(node.value, node);
    },
    TemplateElement: (node) => add(node.value.raw, node),
  }).visit(program);
  return texts;
}

const src = path.join(packageRoot(), 'src');
const names = nativeFieldNames().map((name) => [name, new RegExp(`(?<!\\w)${name}(?!\\w)`)] as const);

test.each(core)('%s', (folder) => {
  const files = globSync(`${folder}/**/*.ts`, { cwd: src }).filter(
    (file) => !/\.(test|fixture)\.ts$/.test(file),
  );
  expect(files.length).toBeGreaterThan(1);
  const found = files.flatMap((file) =>
    textsOf(file, readFileSync(path.join(src, file), 'utf8')).flatMap((text) =>
      names
        .filter(([name, pattern]) => pattern.test(text) && alsoOf[file]?.includes(name) !== true)
        .map(([name]) => `${file}: ${name} in “${text.slice(0, 80)}”`),
    ),
  );
  expect(found).toEqual([]);
});

test('what all dialects share imports none of them', () => {
  const files = globSync(['http/*.ts', 'http/{kit,hooks,system}/**/*.ts'], { cwd: src });
  const shared = files.filter((file) => !/\.(test|fixture)\.ts$/.test(file));
  const importing = shared.filter((file) =>
    /from '(\.\.?\/)+native\//.test(readFileSync(path.join(src, file), 'utf8')),
  );
  expect(shared.length).toBeGreaterThan(20);
  expect(importing).toEqual([]);
});
