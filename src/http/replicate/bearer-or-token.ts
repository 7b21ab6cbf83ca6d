import type { CredentialForm } from '../kit/key-check.ts';

/** `Bearer <key>`, or `Token <key>` as older clients send it. */
export const bearerOrToken: CredentialForm = {
  header: 'authorization',
  read: (value) => /^(?:bearer|token) +(\S+) *$/i.exec(value)?.[1] ?? null,
  challenge: 'Bearer',
};
