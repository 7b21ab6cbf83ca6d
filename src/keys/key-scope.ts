/** What a key may do: `read` looks, `write` also sends and cancels requests, `admin` also sees everybody's and manages keys. */
export const keyScopes = ['read', 'write', 'admin'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Each scope includes the ones before it. */
export function includesScope(held: KeyScope, needed: KeyScope): boolean {
  return keyScopes.indexOf(held) >= keyScopes.indexOf(needed);
}
