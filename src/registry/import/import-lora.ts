/** A single LoRA as a model of one epoch: a file of this machine, one that was uploaded, or one from elsewhere. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { readHeader } from '../../loras/file/header/read-header.ts';
import { trainingFacts } from '../../loras/file/header/training-facts.ts';
import type { DescribedLora } from '../../loras/file/lora-strength.ts';
import { shownPath } from '../../loras/sources/remote-path.ts';
import { createBlobs } from '../blobs.ts';
import type { ModelSource } from '../models/model-record.ts';
import type { EpochPart } from '../versions/read-versions.ts';
import { chooseBase } from './choose-base.ts';
import { civitaiDownload } from './civitai-url.ts';
import {
  addImportedEpoch,
  assertStandsAlone,
  checkLoraFile,
  keepLora,
  nameOfFile,
  triggerIn,
} from './import-epoch.ts';
import { type ImportParts, type ImportRun, importInvalid } from './import-parts.ts';
import type { ImportResult, ImportSource, ImportTask } from './import-task.ts';

interface FoundFile {
  /** On this machine. */
  path: string;
  /** What whoever imports it knows it as. */
  label: string;
  name: string;
  source: ModelSource;
  sourceUrl: string | null;
  peftConfig: string | null;
}

/** Throws what finding, reading and checking it throws, and IMPORT_INVALID. */
export async function importLora(
  task: ImportTask,
  run: ImportRun,
  parts: ImportParts,
): Promise<ImportResult> {
  const found = await findFile(task.source, run, parts);
  const header = await checkLoraFile(parts, found.path, found.label);
  const lora: DescribedLora = { ...header, peftConfig: found.peftConfig };
  assertStandsAlone(found.label, lora);
  const entry = await chooseBase(parts, { label: found.label, lora, base: task.base, hints: [] });
  const { ignored, warnings } = await parts.checkFit(entry, found.label, lora);
  if (ignored.length > 0) for (const warning of warnings) run.warn(warning);
  const sides = await sidesOf(entry.lora.experts !== undefined, found, parts);
  const files = [];
  for (const { part, path: file } of sides) {
    run.signal.throwIfAborted();
    files.push({ part, sha256: await keepLora(parts, file) });
  }
  const training = trainingFacts(header.metadata);
  const facts = {
    name: found.name,
    source: found.source,
    sourceUrl: found.sourceUrl,
    trigger: triggerIn(header),
    request: { metadata: header.metadata },
  };
  const madeOf = files.map(({ sha256 }) => sha256);
  const epoch = { entry, madeOf, step: training.step ?? 0, files, samples: [] };
  const { version, isNew } = await addImportedEpoch(parts, task, facts, epoch);
  return { model: task.model, version, epochs: isNew ? 1 : 0, samples: 0, images: 0, isFinished: true };
}

async function findFile(source: ImportSource, run: ImportRun, parts: ImportParts): Promise<FoundFile> {
  switch (source.kind) {
    case 'path': {
      const label = path.basename(source.path);
      const found = { path: source.path, label, name: nameOfFile(source.path), peftConfig: null };
      return { ...found, source: 'file', sourceUrl: source.path };
    }
    case 'upload': {
      const file = await createBlobs(parts.registry).locate(source.sha256, run.signal);
      if (file === null) throw importInvalid(`The uploaded file "${source.name}" is gone. Upload it again.`);
      const found = { path: file, label: source.name, name: nameOfFile(source.name), peftConfig: null };
      return { ...found, source: 'file', sourceUrl: null };
    }
    case 'remote':
      return download(source.path, run, parts);
  }
}

async function download(asked: string, run: ImportRun, { remote }: ImportParts): Promise<FoundFile> {
  const civitai = civitaiDownload(asked);
  const requested = civitai ?? asked;
  const looked = await remote.look(requested, run.hfToken);
  for (const warning of looked.warnings) run.warn(warning);
  const fetched = await remote.fetch({
    requested,
    source: looked.source,
    sha256: looked.sha256,
    hfToken: run.hfToken,
    signal: run.signal,
    onBytes: (done, total) => run.onProgress('downloading', done, total ?? done),
  });
  const label = shownPath(asked);
  const { metadata } = await readHeader(fetched.file, label);
  return {
    path: fetched.file,
    label,
    peftConfig: looked.lora.peftConfig,
    sourceUrl: label,
    name: metadata.ss_output_name ?? metadata.name ?? nameOfFile(decodeURIComponent(label)),
    source:
      civitai !== null ? 'civitai' : /^hf:|^https:\/\/huggingface\.co\//i.test(asked) ? 'huggingface' : 'url',
  };
}

/** Of a model with two experts the file beside it is the other side. */
async function sidesOf(
  hasExperts: boolean,
  { path: file, label, source }: FoundFile,
  parts: ImportParts,
): Promise<{ part: EpochPart; path: string }[]> {
  if (!hasExperts) return [{ part: 'main', path: file }];
  const named = source === 'file' ? path.basename(file) : label;
  const side = /(high|low)_noise/.exec(named)?.[1] ?? /(high|low)_noise/.exec(label)?.[1];
  if (side !== 'high' && side !== 'low')
    throw importInvalid(
      `"${label}" is for a model with a high- and a low-noise transformer, and its name does not say which side it is. Name it …_high_noise.safetensors or …_low_noise.safetensors, with the other one beside it.`,
    );
  const other = side === 'high' ? 'low' : 'high';
  const beside = path.join(
    path.dirname(file),
    path.basename(file).replace(`${side}_noise`, `${other}_noise`),
  );
  const own = { part: side, path: file } as const;
  if (
    beside === file ||
    !(await access(beside).then(
      () => true,
      () => false,
    ))
  )
    return [own];
  await checkLoraFile(parts, beside, path.basename(beside));
  return [own, { part: other, path: beside }];
}
