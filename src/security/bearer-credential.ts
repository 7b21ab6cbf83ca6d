/** The key in an `Authorization: Bearer <key>` header, or null when the header is absent or of another form. */
export function bearerCredential(header: string | undefined): string | null {
  const match = /^bearer +(\S+) *$/i.exec(header ?? '');
  return match?.[1] ?? null;
}
