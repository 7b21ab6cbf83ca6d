import { invalidField } from './problem.ts';

const leastSeconds = 5;
const form = /^(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s?)?$/;

/**
 * The header `Cancel-After`: `30`, `30s`, `5m` or `1h30m45s`, counted from now. Null without one; throws INVALID_REQUEST for
 * another text, and for less than five seconds.
 */
export function readCancelAfter(header: string | string[] | undefined, now: Date): Date | null {
  if (header === undefined) return null;
  const text = String(header).trim().toLowerCase();
  const found = text === '' ? null : form.exec(text);
  const [hours = 0, minutes = 0, seconds = 0] = (found ?? []).slice(1).map((digits) => Number(digits ?? 0));
  const total = hours * 3600 + minutes * 60 + seconds;
  if (found === null || total < leastSeconds)
    throw invalidField(
      'Cancel-After',
      `The header must say a time of ${leastSeconds} seconds or more, such as 30s, 5m or 1h30m`,
    );
  return new Date(now.getTime() + total * 1000);
}
