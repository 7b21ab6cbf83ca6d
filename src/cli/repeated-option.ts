/** For commander: an option that may be given several times collects its values in order. */
export function repeated(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}
