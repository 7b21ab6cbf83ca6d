/**
 * A list of texts as one parameter, to be cast to `text[]`: both drivers take it, and neither has to walk through it. Quotes
 * and backslashes are what Postgres wants escaped inside of quotes; `null` is told from the text "NULL" by having none.
 */
export function textArray(texts: readonly (string | null)[]): string {
  return `{${texts.map((text) => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`;
}
