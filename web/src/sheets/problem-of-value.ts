import { ApiProblem } from '../api/problem.ts';
import type { SheetBody } from '../api/sheets.ts';
import { axisWord } from './sheet-words.ts';

const mostTold = 3;

/** A refusal with the values that it is about in place of where they stand in the request. */
export function problemOfValue(problem: ApiProblem, body: SheetBody | null): ApiProblem {
  const lines = problem.fields.flatMap(({ path, message }) => {
    const [, axis = '', value = ''] = /^axes\[(\d+)\]\.values\[(\d+)\]/.exec(path) ?? [];
    const found = body?.axes[Number(axis)];
    const what = found?.values?.[Number(value)];
    if (axis === '' || found === undefined || what === undefined) return [];
    return [`${axisWord({ id: found.name, name: found.name })} ${valueText(what)}: ${message}`];
  });
  const unique = [...new Set(lines)];
  if (unique.length === 0) return problem;
  const { code, status, requestId, fields } = problem;
  const more = unique.length > mostTold ? ` And ${unique.length - mostTold} more.` : '';
  const told = unique.slice(0, mostTold).join(' ');
  return new ApiProblem({ code, status, requestId, fields, message: `${told}${more}` });
}

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return 'label' in value && typeof value.label === 'string' ? value.label : JSON.stringify(value);
}
