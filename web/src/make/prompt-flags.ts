/** Flags in the text of a prompt, as the trainer's previews read them: `a red fox --w 512 --m 0.8`. The server reads them; this shows them. */

/** Letters that mean something, and what is said of them. */
const meanings: Readonly<Record<string, string>> = {
  w: 'width',
  h: 'height',
  d: 'seed',
  l: 'guidance',
  s: 'steps',
  n: 'not',
  m: 'strength',
};

export interface PromptFlag {
  /** As it stands in the text: `--w 512`. */
  text: string;
  /** In words: `width 512`. */
  label: string;
}

/** What follows the first `--` of a text, where at least one of it is a known flag; else none. */
export function promptFlags(text: string): PromptFlag[] {
  const start = text.search(/(^|\s)--\w\s/);
  if (start < 0) return [];
  return text
    .slice(start)
    .split('--')
    .slice(1)
    .flatMap((part) => {
      const [, name = '', value = ''] = /^(\w+)\s+(.*?)\s*$/s.exec(part) ?? [];
      const meaning = meanings[name];
      return meaning === undefined ? [] : [{ text: `--${part.trimEnd()}`, label: `${meaning} ${value}` }];
    });
}

/** The text without one of its flags. */
export const withoutFlag = (text: string, flag: PromptFlag): string =>
  text.replace(flag.text, '').replace(/ {2,}/g, ' ').trimEnd();
