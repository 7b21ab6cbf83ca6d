/** From what was typed to the prompts that are sent. */

/** Beyond this many the text is taken as it is: it is no list of variants any more. */
const mostVariants = 500;

/** The lines that are prompts: blank ones and those that begin with `#` are not. */
export function promptLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** `a {red|green} apple` as two prompts; several braces multiply. A brace without a `|` is text. */
export function variants(text: string): string[] {
  // Odd places hold what stood in braces.
  const parts = text.split(/\{([^{}]*\|[^{}]*)\}/);
  const choices = parts.map((part, index) =>
    index % 2 === 0 ? [part] : part.split('|').map((choice) => choice.trim()),
  );
  const count = choices.reduce((product, { length }) => product * length, 1);
  if (count > mostVariants) return [text];
  return choices.reduce<string[]>(
    (begun, next) => begun.flatMap((start) => next.map((choice) => start + choice)),
    [''],
  );
}

/** Every prompt, in order. */
export function promptsOf({ prompt, onePerLine }: { prompt: string; onePerLine: boolean }): string[] {
  const texts = onePerLine ? promptLines(prompt) : [prompt.trim()].filter((text) => text !== '');
  return texts.flatMap(variants);
}

/** Whether the trigger word is in none of the prompts, though there is one. */
export function lacksTrigger(prompts: readonly string[], trigger: string): boolean {
  const word = trigger.trim().toLowerCase();
  if (word === '' || prompts.length === 0) return false;
  return !prompts.some((prompt) => /\[(trigger|name)\]/.test(prompt) || prompt.toLowerCase().includes(word));
}
