/**
 * Trigger words, by the rules of the trainer's previews (inject_trigger_into_prompt in its toolkit/prompt_utils.py):
 * `[trigger]` and `[name]`, spelled exactly so, become the word, and a prompt that has neither is left as it is.
 */
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { promptNamed, requestNamed } from '../../errors/reference.ts';
import { type Sentence, said } from '../../errors/sentence.ts';
import type { PromptRequest, RenderRequest } from '../request.ts';

/** Characters of a prompt, as it is sent and with its trigger word filled in. */
export const longestPrompt = 20_000;

const placeholder = /\[(?:trigger|name)\]/g;

type Trigger = Pick<PromptRequest, 'prompt' | 'triggerWord'>;
type TriggerRequest = Pick<RenderRequest, 'triggerWord'> & { prompts: readonly Trigger[] };

/**
 * The prompt with its own trigger word, else the request's. Without either the placeholders stay, with a warning, as the
 * reference server leaves them.
 */
export function fillTrigger(
  { prompt, triggerWord }: Trigger,
  requestTrigger: string | null,
): { prompt: string; warning: Sentence | null } {
  const [found] = prompt.match(placeholder) ?? [];
  if (found === undefined) return { prompt, warning: null };
  const word = triggerWord ?? requestTrigger;
  if (word === null) {
    return {
      prompt,
      warning: said`The prompt contains ${found}, but neither it nor the request has a ${requestNamed('triggerWord')}; it was left as it is.`,
    };
  }
  return { prompt: prompt.replaceAll(placeholder, () => word), warning: null };
}

/** Refuse prompts that grow too long when their trigger words are filled in. Throws INVALID_REQUEST. */
export function checkFilledLengths(request: TriggerRequest): void {
  for (const [index, { prompt, triggerWord }] of request.prompts.entries()) {
    const word = triggerWord ?? request.triggerWord;
    const found = word === null ? [] : (prompt.match(placeholder) ?? []);
    const length = found.reduce((sum, tag) => sum + (word ?? tag).length - tag.length, prompt.length);
    if (found.length === 0 || length <= longestPrompt) continue;
    const named = promptNamed(index, 'prompt');
    const message = said`${named} has ${length} characters with the trigger word in its ${found.length} places, and up to ${longestPrompt} are accepted. Use [trigger] fewer times, or a shorter ${requestNamed('triggerWord')}.`;
    throw new DarkroomError('INVALID_REQUEST', message, {
      details: { problems: [{ path: said`${named}`, message }] },
    });
  }
}

/** One sentence for each trigger word that is in no prompt it was given for: previews add it to none. */
export function missingTriggers(request: TriggerRequest): Sentence[] {
  const missing = ({ prompt, triggerWord }: Trigger, word: string): boolean =>
    word.trim() !== '' && !fillTrigger({ prompt, triggerWord }, word).prompt.includes(word);
  const own = request.prompts.flatMap((prompt, index) =>
    prompt.triggerWord !== null && missing(prompt, prompt.triggerWord)
      ? [said`${promptNamed(index, 'triggerWord')} "${prompt.triggerWord}" is not in its prompt.${advice}`]
      : [],
  );
  const word = request.triggerWord;
  const others = request.prompts.filter(({ triggerWord }) => triggerWord === null);
  if (word === null || !others.every((prompt) => missing(prompt, word))) return own;
  const where = others.length === 0 ? 'was not used: every prompt has its own.' : 'is in no prompt.';
  return [
    said`${requestNamed('triggerWord')} "${word}" ${where}${others.length === 0 ? '' : advice}`,
    ...own,
  ];
}

const advice = ' As in the trainer’s previews it is not added: write it, or [trigger], where it belongs.';
/**
 * The prompt without the white space at both ends, once its trigger words are filled in, as the trainer renders it
 * (`_process_prompt_string` in its config_modules.py). It leaves the negative prompt alone.
 */
export function stripSpace(prompt: string): string {
  return prompt.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
}
