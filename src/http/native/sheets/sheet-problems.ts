/** What is wrong about cells, said of the axes and values that it comes from. */
import type { ErrorCode } from '../../../errors/codes.ts';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Reference } from '../../../errors/reference.ts';
import { type Part, type Sentence, wordSentence } from '../../../errors/sentence.ts';
import type { RefusedCell } from '../../../sheets/plan-cells.ts';
import type { Place } from '../../../sheets/sheet.ts';
import { nativeName } from '../names.ts';
import { type AxisBody, type AxisName, axisValues, idOf } from '../schemas/sheet-axes-schema.ts';
import type { SheetBody } from '../schemas/sheet-schema.ts';
import { fieldsOf } from './expand-sheet.ts';

export interface SheetProblem {
  /** Such as `axes[1].values[3]`, or a field of `common`. */
  path: string;
  message: string;
  /** Name of the axis, and index of the value on it. */
  axis: string | null;
  index: number | null;
}

const mostProblems = 50;

/** One error for all of it, in the order of the cells. */
export function sheetRefused(code: ErrorCode, problems: readonly SheetProblem[]): DarkroomError {
  const unique = [
    ...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values(),
  ];
  const shown = unique.slice(0, mostProblems);
  const text = shown.slice(0, 3).map(({ path, message }) => `${path}: ${message}`);
  const more = unique.length - text.length;
  return new DarkroomError(
    code,
    `${text.join(' ')}${more > 0 ? ` And ${more} more: see details.problems.` : ''}`,
    {
      details: {
        problems: shown,
        ...(unique.length > shown.length ? { moreProblems: unique.length - shown.length } : {}),
      },
    },
  );
}

/** Problems with fields of the body of a cell. */
export function problemsOfFields(sheet: SheetBody, place: Place, problems: unknown): SheetProblem[] {
  if (!Array.isArray(problems)) return [];
  return problems.flatMap((problem: unknown) => {
    if (typeof problem !== 'object' || problem === null) return [];
    const { path, message }: { path?: unknown; message?: unknown } = problem;
    if (typeof path !== 'string' || typeof message !== 'string') return [];
    const field = path.replace(/^prompts\[0\]\./, '');
    const found = axisOfField(sheet, place, field);
    const text = message.replace(/^prompts\[0\]\./, '');
    return [problemAt(sheet, place, found, text, `common.${field}`)];
  });
}

/** The axis whose value set a field in this cell; -1 where none did. */
function axisOfField({ axes }: SheetBody, place: Place, field: string): number {
  if (/^loras(\[|\.|$)/.test(field)) {
    if (field.endsWith('.network_multiplier')) {
      const scale = axes.findIndex(({ name }) => name === 'scale');
      if (scale !== -1) return scale;
    }
    return axes.findIndex(({ name }) => name === 'lora' || name === 'epoch');
  }
  const [first = ''] = field.split(/[.[]/);
  return axes.findIndex((axis, index) => first in fieldsOf(axis, axis.values?.[place[index] ?? 0]));
}

function problemAt(
  { axes }: SheetBody,
  place: Place,
  axis: number,
  message: string,
  otherwise: string,
): SheetProblem {
  const found = axes[axis];
  const index = place[axis];
  if (found === undefined || index === undefined)
    return { path: otherwise, message, axis: null, index: null };
  return { path: `axes[${axis}].values[${index}]`, message, axis: idOf(found), index };
}

/** The cells that cannot be rendered, as one error. The first of them decides the code. */
export function refusedCells(sheet: SheetBody, cells: readonly RefusedCell[], total: number): DarkroomError {
  const byMessage = [...Map.groupBy(cells, ({ error }) => wordInCell(error.sentence)).entries()];
  const problems = byMessage.flatMap(([message, alike]) => {
    const places = alike.map(({ place }) => place);
    const [first] = alike;
    if (first === undefined) return [];
    const axis = guiltyAxis(sheet, first, places, total);
    return alike.map(({ place }) => problemAt(sheet, place, axis, message, otherwiseOf(first.error)));
  });
  const [first] = cells;
  return sheetRefused(first?.error.code ?? 'INVALID_REQUEST', problems);
}

/**
 * The axis that an error comes from: what it is about names the axis, else the one that has a value with which every cell fails while
 * others do not. -1: none of them.
 */
function guiltyAxis(
  sheet: SheetBody,
  { error, place }: RefusedCell,
  places: readonly Place[],
  total: number,
): number {
  const { axes } = sheet;
  for (const name of namesIn(error)) {
    const index = axes.findIndex((axis, at) => axis.name === name && bringsIt(axis, at, place, error));
    if (index !== -1) return index;
  }
  return axes.findIndex((axis, at) => {
    if (axis.values === null || axis.values === undefined || axis.values.length < 2) return false;
    const failing = places.filter((one) => one[at] === place[at]).length;
    return failing === total / axis.values.length && places.length < total;
  });
}

/** A LoRA is of an axis when the value names it; the others are of all cells. */
function bringsIt(axis: AxisBody, at: number, place: Place, { details }: DarkroomError): boolean {
  if (axis.name !== 'lora' && axis.name !== 'epoch') return true;
  const path = details?.path;
  const { loras } = axisValues.lora[0].parse(axis.values?.[place[at] ?? 0]);
  return typeof path !== 'string' || loras.some((lora) => lora.path.startsWith(path.slice(0, 100)));
}

/** Names of axes that an error may come from. */
function namesIn({ code, sentence }: DarkroomError): AxisName[] {
  const named = referencesIn(sentence).flatMap(axisNamesOf);
  switch (code) {
    case 'SIZE_INVALID':
      return ['size', ...named];
    case 'CONTROL_IMAGE_REQUIRED':
    case 'CONTROL_IMAGE_INVALID':
      return ['control', ...named];
    case 'LORA_NOT_FOUND':
    case 'LORA_INVALID':
    case 'LORA_INCOMPATIBLE':
    case 'LORA_DOWNLOAD_FAILED':
    case 'TOO_MANY_LORAS':
    case 'SINGLE_LORA_ONLY':
    case 'MOE_FORMAT_REQUIRED':
    case 'MOE_FORMAT_NOT_SUPPORTED':
    case 'SINGLE_MOE_CONFIG_ONLY':
      return ['lora', 'epoch', ...named];
    default:
      return named;
  }
}

function axisNamesOf(reference: Reference): AxisName[] {
  if (reference.of === 'lora')
    return reference.field === 'scale' ? ['scale', 'lora', 'epoch'] : ['lora', 'epoch'];
  if (reference.of === 'controlImage' || reference.of === 'controlImages') return ['control'];
  if (reference.of !== 'prompt') return [];
  switch (reference.field) {
    case 'prompt':
    case 'triggerWord':
      return ['prompt'];
    case 'negativePrompt':
      return ['neg'];
    case 'steps':
      return ['steps'];
    case 'guidanceScale':
      return ['guidance'];
    case 'numFrames':
      return ['frames'];
    case 'controlImages':
      return ['control'];
    case 'scales':
      return ['scale'];
    case null:
    case 'image':
    case 'mask':
      return [];
    default:
      return ['option'];
  }
}

function referencesIn(sentence: Sentence): Reference[] {
  return typeof sentence === 'string' ? [] : sentence.said.flatMap(referencesInPart);
}

function referencesInPart(part: Part): Reference[] {
  if (typeof part === 'string') return [];
  return 'advice' in part ? part.advice.flatMap(referencesInPart) : [part.name];
}

/** Cells have one prompt, which needs no number. */
export const wordInCell = (sentence: Sentence): string =>
  wordSentence(sentence, (reference) =>
    nativeName(
      reference.of === 'prompt' || reference.of === 'lora' ? { ...reference, index: null } : reference,
    ).replace(/^prompts\[0\] /, ''),
  );

function otherwiseOf({ code, details }: DarkroomError): string {
  if (code === 'MODEL_NOT_FOUND') return 'model';
  return typeof details?.path === 'string' ? 'loras' : 'common';
}
