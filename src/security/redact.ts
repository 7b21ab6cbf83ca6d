/** What never reaches a log line or a message: keys, tokens, passwords and signatures, whoever put them there. */

export const censor = '[redacted]';

/** Names of fields and headers that hold secrets, whoever made them up. */
const secretName = /token|secret|password|passwd|authorization|api[_-]?key|credential|cookie|database_url/i;

/** Whether a field of this name holds a secret, whose value no message repeats. */
export const isSecretName = (name: string): boolean => secretName.test(name);

/** Those of ours, for what needs them one by one. */
export const secretNames: readonly string[] = [
  'authorization',
  'cookie',
  'hf_token',
  'hfToken',
  'token',
  'password',
  'API_KEYS',
  'DARKROOM_API_KEY',
  'WEBHOOK_SECRET',
  'HF_TOKEN',
  'DATABASE_URL',
];

/** For pino's `redact` option: fields that hold secrets wherever an object of ours or of a library is logged whole. */
export const logRedaction = {
  censor,
  paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
};

/** Tokens that their beginning tells, of Hugging Face, Replicate, and Darkroom's own keys and webhook secrets. */
const tokenForms = ['(hf|r8)_[A-Za-z0-9]{8,}', String.raw`(dk|whsec)_[\w+/=-]{16,}`];
const wholeCredential = new RegExp(
  String.raw`^(?:(?:bearer|basic|token)\s+\S+|${tokenForms.join('|')})$`,
  'i',
);

/** Whether a text is nothing but a credential. */
export const isCredential = (text: string): boolean => wholeCredential.test(text);

const patterns: readonly [RegExp, string][] = [
  [/\b(bearer|basic|token)\s+[\w.~+/=-]{8,}/gi, `$1 ${censor}`],
  ...tokenForms.map((form): [RegExp, string] => [new RegExp(String.raw`\b${form}`, 'g'), `$1_${censor}`]),
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${censor}@`],
  [/\b(https?:\/\/[^\s"'<>?#]+)\?[^\s"'<>#]+/gi, `$1?${censor}`],
  [
    /([?&;](?:token|access_token|api_?key|key|signature|sig|x-amz-[a-z-]+|password)=)[^&#\s"']+/gi,
    `$1${censor}`,
  ],
];

/** The text without anything that looks like a credential: for messages of libraries, child processes and URLs. */
export function redactSecrets(text: string): string {
  return patterns.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text);
}

/** The same of every text in a JSON value, such as an error on its way out. */
export function redactDeep<Value>(value: Value): Value;
export function redactDeep(value: unknown): unknown {
  if (typeof value === 'string') return redactSecrets(value);
  if (Array.isArray(value)) return value.map((item: unknown) => redactDeep(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, redactDeep(field)]));
}
