/**
 * What a client sent, as it is kept with its job: without secrets, and without pictures, which are large and stored elsewhere.
 * Values are copied as they are, but for
 *
 *   texts of fields whose name says that they are secret      [redacted]
 *   texts that are credentials as a whole                     [redacted]
 *   URLs                                                      without user part, query and fragment
 *   pictures in base64, other texts longer than any prompt    [image/png, 12345 bytes]
 *   integers that JavaScript cannot hold                      their digits, as seeds are kept
 */
import { longestPrompt } from '../../render/prompts/prompt.ts';
import { bareUrl } from '../../security/bare-url.ts';
import { censor, isCredential, isSecretName } from '../../security/redact.ts';

const dataUrl = /^data:([\w.+-]+\/[\w.+-]+)?[^,]{0,200},/;
/** Words have spaces between them long before. */
const base64Start = /^[A-Za-z0-9+/_-]{256}/;
/** Texts of a request may be this long together; a longer one is not kept at all. */
const mostCharacters = 4 * 2 ** 20;

/** JSON fit to be stored; null when it would be too long. */
export function sentRequest(body: unknown): unknown {
  let characters = 0;

  function keptText(text: string, isSecret: boolean): string {
    const kept = isSecret && text !== '' ? censor : withoutSecrets(text);
    characters += kept.length;
    return kept;
  }

  function kept(value: unknown, isSecret: boolean): unknown {
    if (typeof value === 'string') return keptText(value, isSecret);
    if (typeof value === 'bigint') return String(value);
    if (Array.isArray(value)) return value.map((item: unknown) => kept(item, isSecret));
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value);
    return Object.fromEntries(
      fields.map(([name, field]) => [name, kept(field, isSecret || isSecretName(name))]),
    );
  }

  const request = kept(body, false);
  return characters > mostCharacters ? null : request;
}

function withoutSecrets(text: string): string {
  const [prefix, type = 'text/plain'] = dataUrl.exec(text) ?? [];
  if (prefix !== undefined) return summary(type, text.length - prefix.length);
  if (base64Start.test(text)) return summary('base64', text.length);
  if (text.length > longestPrompt) return `[${text.length} characters]`;
  if (isCredential(text)) return censor;
  return /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text) ? bareUrl(text) : text;
}

const summary = (type: string, characters: number): string =>
  `[${type}, ${Math.floor((characters * 3) / 4)} bytes]`;
