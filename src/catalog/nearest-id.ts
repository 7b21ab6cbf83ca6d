/** The candidate with the fewest edits from `word`, or null when all are far (more than a third of the letters). */
export function nearestId(word: string, candidates: Iterable<string>): string | null {
  let best: { id: string; distance: number } | null = null;
  for (const id of candidates) {
    const distance = editDistance(word.toLowerCase().slice(0, 64), id.toLowerCase());
    if (best === null || distance < best.distance) best = { id, distance };
  }
  return best !== null && best.distance <= Math.max(1, Math.ceil(best.id.length / 3)) ? best.id : null;
}

/** Levenshtein distance, row by row. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
