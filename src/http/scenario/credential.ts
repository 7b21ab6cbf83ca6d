import { bearerForm, type CredentialForm } from '../kit/key-check.ts';

/**
 * `Basic base64(<anything>:<key>)`, which the SDK makes of `api_key` and `api_secret`, or `Bearer <key>`. The name before the
 * colon is not looked at: a key of this server is one text.
 */
export const basicOrBearerForm: CredentialForm = {
  header: 'authorization',
  read: (value) => bearerForm.read(value) ?? basicPassword(value),
  publicValue: 'public-auth-token',
  challenge: 'Basic realm="Darkroom", charset="UTF-8"',
};

/** The password of RFC 7617, section 2: what follows the first colon. Null when the value is of another form. */
function basicPassword(value: string): string | null {
  const encoded = /^basic +([\w+/-]+=*) *$/i.exec(value)?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const password = decoded.slice(colon + 1);
  return colon === -1 || password === '' ? null : password;
}
