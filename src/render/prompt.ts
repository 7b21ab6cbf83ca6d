/**
 * Fill in the trigger word: `[trigger]` becomes the prompt's own word, else the request's. Without either the text stays as
 * it is, with a warning, as the reference server leaves it.
 */
export function fillTrigger(
  prompt: string,
  promptTrigger: string | null,
  requestTrigger: string | null,
): { prompt: string; warning: string | null } {
  if (!prompt.includes('[trigger]')) return { prompt, warning: null };
  const word = promptTrigger ?? requestTrigger;
  if (word === null) {
    return {
      prompt,
      warning:
        'The prompt contains [trigger], but neither it nor the request has a trigger_word; it was left as it is.',
    };
  }
  return { prompt: prompt.replaceAll('[trigger]', () => word), warning: null };
}
