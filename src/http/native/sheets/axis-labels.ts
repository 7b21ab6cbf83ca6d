/** What stands beside the pictures of a sheet for each value of an axis. */
import path from 'node:path';
import type { SheetAxis } from '../../../sheets/sheet.ts';
import { type AxisBody, axisValues, idOf, type LoraStack } from '../schemas/sheet-axes-schema.ts';
import type { SheetBody } from '../schemas/sheet-schema.ts';

const longestLabel = 2000;

/** The axes of a settled sheet. */
export const axesOf = (body: SheetBody): SheetAxis[] =>
  body.axes.map((axis) => ({
    id: idOf(axis),
    name: axis.name,
    along: axis.with || null,
    labels: labelsOf(axis),
  }));

/** Those that were given, else those that the values tell of. */
export const labelsOf = (axis: AxisBody): string[] =>
  axis.labels
    ? [...axis.labels]
    : (axis.values ?? []).map((value, index) =>
        labelOf(axis, value, index).slice(0, longestLabel).toWellFormed(),
      );

function labelOf(axis: AxisBody, value: unknown, index: number): string {
  const text = String(value);
  switch (axis.name) {
    case 'prompt':
      return text;
    case 'neg':
      return value === false || value === '' ? 'no negative prompt' : `not: ${text}`;
    case 'seed':
      return `seed ${text}`;
    case 'lora':
    case 'epoch':
      return stackLabel(axisValues.lora[0].parse(value));
    case 'scale':
      return `× ${text}`;
    case 'steps':
      return `${text} steps`;
    case 'guidance':
      return `guidance ${text}`;
    case 'frames':
      return `${text} frames`;
    case 'size': {
      const { width, height } = axisValues.size[0].parse(value);
      return `${width} × ${height}`;
    }
    case 'option':
      return `${axis.option ?? 'option'} ${value === true ? 'on' : value === false ? 'off' : text}`;
    case 'control':
      return value === null ? 'no control image' : controlLabel(value, index);
  }
}

function stackLabel({ loras, label }: LoraStack): string {
  if (label !== null) return label;
  const names = loras.map(({ path: file, network_multiplier: scale }) =>
    typeof scale === 'number' && scale !== 1 ? `${fileLabel(file)} × ${scale}` : fileLabel(file),
  );
  return names.length === 0 ? 'no LoRA' : names.join(' + ');
}

/** The step of an epoch of the registry, or the name of a file. */
function fileLabel(file: string): string {
  const registered = /^(?:model_[^:@]+|[^/]+\/[^/:@]+)(?::[0-9a-f]+)?@0*(\d+)$/.exec(file);
  if (registered?.[1] !== undefined) return `step ${registered[1]}`;
  return path.posix.basename((file.split('?')[0] ?? '').replace(/\.safetensors$/, ''));
}

function controlLabel(value: unknown, index: number): string {
  return typeof value === 'string' && /^https?:/.test(value)
    ? fileLabel(value)
    : `control image ${index + 1}`;
}
