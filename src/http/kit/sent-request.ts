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

const censored = '[redacted]';
const secretName = /token|secret|password|passwd|authorization|api[_-]?key|credential|cookie/i;
const credential = /^(?:(?:bearer|basic|token)\s+\S+|(?:hf|r8)_\w{8,}|(?:dk|whsec)_[\w+/=-]{16,})$/i;
const dataUrl = /^data:([\w.+-]+\/[\w.+-]+)?[^,]{0,200},/;
/** Words have spaces between them long before. */
const base64Start = /^[A-Za-z0-9+/_-]{256}/;
/** Texts of a request may be this long together; a longer one is not kept at all. */
const mostCharacters = 4 * 2 ** 20;

/** JSON fit to be stored; null when it would be too long. */
export function sentRequest(body: unknown): unknown {
  let characters = 0;

  function keptText(text: string, isSecret: boolean): string {
    const kept = isSecret && text !== '' ? censored : withoutSecrets(text);
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
      fields.map(([name, field]) => [name, kept(field, isSecret || secretName.test(name))]),
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
  if (credential.test(text)) return censored;
  return /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text) ? bareUrl(text) : text;
}

const summary = (type: string, characters: number): string =>
  `[${type}, ${Math.floor((characters * 3) / 4)} bytes]`;

/** What does not parse is no URL that anything could be fetched from; a query of it goes all the same. */
function bareUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
  return `${url.protocol}//${url.host}${url.pathname}`;
}
