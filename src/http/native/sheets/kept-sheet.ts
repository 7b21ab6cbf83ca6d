/**
 * A settled sheet as it is kept with its row, and back. It holds no token. Integers that JavaScript cannot hold are kept as their
 * digits, as seeds are everywhere.
 */
import { sentRequest } from '../../kit/sent-request.ts';
import { createSheetSchema, type SheetBody } from '../schemas/sheet-schema.ts';

const schema = createSheetSchema([]);

export function keepSheet({ hf_token: _token, ...body }: SheetBody): unknown {
  return withDigits(body);
}

function withDigits(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(withDigits);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withDigits(field)]));
}

export function readKeptSheet(kept: unknown): SheetBody {
  return schema.parse(withSeeds(kept));
}

/** The digits of seeds as integers again. */
function withSeeds(kept: unknown): unknown {
  if (typeof kept !== 'object' || kept === null) return kept;
  const { axes, common }: { axes?: unknown; common?: unknown } = kept;
  return {
    ...kept,
    ...(isRecord(common)
      ? { common: { ...common, ...('seed' in common ? { seed: toInteger(common.seed) } : {}) } }
      : {}),
    ...(Array.isArray(axes) ? { axes: axes.map(withAxisSeeds) } : {}),
  };
}

function withAxisSeeds(axis: unknown): unknown {
  if (!isRecord(axis) || axis.name !== 'seed' || !Array.isArray(axis.values)) return axis;
  return { ...axis, values: axis.values.map(toInteger) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const toInteger = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : value;

/** As it is shown: without pictures, which are large. */
export const shownSheet = (kept: unknown): unknown => sentRequest(kept);
