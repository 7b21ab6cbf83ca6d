/**
 * The server's reading of LoRA files is the engine's: the same random files, held against the tiny checkpoints of every
 * family, are taken apart, placed and left out alike.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ModelEntry } from '../src/catalog/define-model.ts';
import { familyGrammar } from '../src/catalog/lora-grammar.ts';
import { baseModules } from '../src/loras/file/fit/base-modules.ts';
import { placeModules } from '../src/loras/file/fit/place-modules.ts';
import { readHeader } from '../src/loras/file/header/read-header.ts';
import { loraModules } from '../src/loras/file/lora-modules.ts';
import { models } from './harness/models.ts';
import { engineFolder, python } from './harness/paths.ts';
import { runOrThrow } from './harness/run-program.ts';
import { tinyFixtures } from './harness/tiny-fixtures.ts';
import { type Base, loraFile, type Tensor } from './support/random-lora-files.ts';

const filesEach = 120;
const seed = 20_260_801;
const { checkpoints } = await tinyFixtures();

interface Subject {
  entry: ModelEntry;
  base: Base;
  files: Tensor[][];
}

/** One model of each family whose checkpoint lies in folders, as diffusers names its weights. */
const subjects: Subject[] = [];
for (const entry of new Map(models.map((model) => [model.lora.families[0], model])).values()) {
  const base = await baseOf(entry);
  const denoiser = entry.lora.targets[0] ?? '';
  if (base[denoiser] === undefined) continue;
  const files = fc.sample(loraFile(entry.lora.families[0] ?? '', denoiser, base), {
    numRuns: filesEach,
    seed,
  });
  subjects.push({ entry, base, files });
}

async function baseOf({ checkpoint, pipeline, lora }: ModelEntry): Promise<Base> {
  const base: Record<string, Tensor[]> = {};
  for (const target of lora.targets) {
    const elsewhere = pipeline.components[target];
    const folder = elsewhere
      ? path.join(checkpoints, elsewhere.repository, elsewhere.subfolder)
      : path.join(checkpoints, checkpoint.repository, target);
    const names = await readdir(folder).catch(() => []);
    const [file] = elsewhere?.file === undefined ? names.filter((name) => name.endsWith('.safetensors')) : [];
    if (file === undefined) continue;
    const { tensors } = await readHeader(path.join(folder, file), file);
    base[target] = tensors.map(({ name, shape }) => [name, shape]);
  }
  return base;
}

const answersSchema = z.array(
  z.strictObject({
    modules: z.array(z.record(z.string(), z.unknown())),
    left_out: z.array(z.tuple([z.string(), z.string()])),
    foreign: z.array(z.string()),
  }),
);

/** What the engine makes of all files, in one run of Python. */
const engine = await askEngine();

async function askEngine(): Promise<z.output<typeof answersSchema>> {
  const question = {
    bases: Object.fromEntries(subjects.map(({ entry, base }) => [entry.id, base])),
    files: subjects.flatMap(({ entry, files }) =>
      files.map((tensors) => ({
        family: entry.lora.families[0],
        targets: entry.lora.targets,
        base: entry.id,
        tensors,
      })),
    ),
  };
  const { stdout } = await runOrThrow(python, ['-m', 'tests.place_lora_files'], {
    cwd: engineFolder,
    input: JSON.stringify(question),
  });
  return answersSchema.parse(JSON.parse(stdout));
}

/** The server's answer in the engine's words. */
function answerOf({ lora }: ModelEntry, base: Base, tensors: readonly Tensor[]) {
  const { modules, foreign } = loraModules(tensors.map(([name, shape]) => ({ name, shape: [...shape] })));
  const known = Object.entries(base).map(
    ([component, weights]) =>
      [component, baseModules(weights.map(([name, shape]) => ({ name, shape: [...shape] })))] as const,
  );
  const family = familyGrammar(lora.families[0] ?? '');
  const { spots, leftOut } = placeModules(modules, { family, targets: lora.targets, base: new Map(known) });
  return {
    modules: modules.map(({ key, component, module, shape }, number) => ({
      key,
      component,
      module,
      shape,
      spots: spots[number],
    })),
    left_out: leftOut.map(({ module, why }) => [module.key, why]),
    foreign,
  };
}

test('there is a checkpoint of almost every family to hold files against', () => {
  expect(subjects.length).toBeGreaterThanOrEqual(12);
});

describe.each(subjects)('$entry.id', ({ entry, base, files }) => {
  const first =
    subjects.slice(
      0,
      subjects.findIndex((other) => other.entry === entry),
    ).length * filesEach;
  const own = files.map((tensors) => answerOf(entry, base, tensors));

  test('is read alike by the server and the engine', () => {
    for (const [number, answer] of own.entries())
      expect(answer, JSON.stringify(files[number])).toEqual(engine[first + number]);
  });

  test('sees modules that are placed, and such that are left out', () => {
    const placed = own.map(({ modules }) => modules.filter(({ spots }) => spots?.length !== 0).length);
    expect(placed.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(filesEach);
    expect(own.filter(({ left_out }) => left_out.length > 0).length).toBeGreaterThan(filesEach / 8);
  });
});
