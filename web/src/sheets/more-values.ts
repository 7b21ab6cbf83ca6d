/** From what is typed in the dialog of more values to what is asked for: pure. */
import * as z from 'zod/mini';
import type { MoreBody, Sheet } from '../api/sheets.ts';
import { promptLines, variants } from '../make/prompt-list.ts';
import type { SheetAxis } from './sheet-layout.ts';
import { listProblem, numberList, sizeList } from './value-list.ts';

/** How values of an axis are put in; null where the page has no field for them. */
export type MoreKind = 'lines' | 'numbers' | 'sizes' | 'lora' | 'epochs';

const kinds: Readonly<Record<string, MoreKind>> = {
  prompt: 'lines',
  neg: 'lines',
  seed: 'numbers',
  scale: 'numbers',
  steps: 'numbers',
  guidance: 'numbers',
  frames: 'numbers',
  size: 'sizes',
  lora: 'lora',
  epoch: 'epochs',
};

/** Axes that the page can add values to: those without another that goes along. */
export function extendable({ axes }: Pick<Sheet, 'axes'>): { axis: SheetAxis; kind: MoreKind }[] {
  return axes.flatMap((axis) => {
    const kind = kinds[axis.name];
    const isPaired = axis.with !== null || axes.some((other) => other.with === axis.id);
    return kind === undefined || isPaired ? [] : [{ axis, kind }];
  });
}

/** Values as they are typed; null where the text says none. */
export function moreOf(id: string, kind: MoreKind, text: string, request: unknown): MoreBody | null {
  const values = valuesOf(kind, text);
  if (kind === 'epochs') {
    const model = modelOfEpochs(request, id);
    return model === null ? null : { axes: [{ name: id, lora: { model, steps: 'all' } }] };
  }
  return values.length === 0 ? null : { axes: [{ name: id, values }] };
}

function valuesOf(kind: MoreKind, text: string): unknown[] {
  switch (kind) {
    case 'lines':
      return promptLines(text).flatMap(variants);
    case 'numbers':
      return numberList(text).values;
    case 'sizes':
      return sizeList(text).values;
    case 'lora':
      return text === '' ? [] : [text];
    case 'epochs':
      return [];
  }
}

export function moreProblem(kind: MoreKind, text: string): string | null {
  if (kind === 'numbers') return listProblem(numberList(text), 'number');
  return kind === 'sizes' ? listProblem(sizeList(text), 'size: write 768x1024') : null;
}

const keptSchema = z.object({
  axes: z.array(
    z.object({
      name: z.string(),
      id: z.optional(z.nullable(z.string())),
      values: z.optional(z.nullable(z.array(z.unknown()))),
    }),
  ),
});

/** The model of the registry whose epochs an axis has: `model_…:version@step` are its paths. */
function modelOfEpochs(request: unknown, id: string): string | null {
  const axis = keptSchema.safeParse(request).data?.axes.find((one) => (one.id ?? one.name) === id);
  const path = axis?.values?.find((value) => typeof value === 'string');
  return typeof path === 'string' ? (/^([^:@]+)[:@]/.exec(path)?.[1] ?? null) : null;
}
