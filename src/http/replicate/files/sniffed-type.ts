/** Bytes that files of a type have at a place. */
const signs: readonly (readonly [at: number, bytes: string, type: string])[] = [
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'GIF8', 'image/gif'],
  [8, 'WEBP', 'image/webp'],
  [4, 'ftypavif', 'image/avif'],
  [0, 'PK\x03\x04', 'application/zip'],
  [0, '\x1f\x8b', 'application/gzip'],
  [257, 'ustar', 'application/x-tar'],
];

/** What a form says of a file whose sender said nothing. */
const unsaid = ['', 'application/octet-stream', 'text/plain'];

/** The media type of a file: what its sender said, else what its first bytes say. */
export function sniffedType(said: string, start: Buffer): string {
  if (!unsaid.includes(said)) return said;
  const text = start.toString('latin1');
  const found = signs.find(([at, bytes]) => text.startsWith(bytes, at));
  return found?.[2] ?? (said === '' ? 'application/octet-stream' : said);
}
