import type { ModelEntry } from '../../catalog/define-model.ts';
import type { Sentence } from '../../errors/sentence.ts';
import type { PromptRequest, RenderRequest } from '../request.ts';
import { spreadSeeds } from '../seed.ts';
import { checkFilledLengths, fillTrigger } from './prompt.ts';
import { readFlags, unreadFlags } from './prompt-flags.ts';

/**
 * The request with what it says of all its prompts, and what they say in their text, in the fields of each prompt. Throws
 * PROMPT_INVALID, and INVALID_REQUEST for prompts that become too long.
 */
export function settlePrompts(
  entry: ModelEntry,
  request: RenderRequest,
  drawSeed: () => number,
): { request: RenderRequest; warnings: Sentence[] } {
  checkFilledLengths(request);
  // Before the flags: a seed in the text of a prompt is for that prompt alone.
  const prompts = spreadSeeds(request, entry.defaults.seed, drawSeed);
  const read = prompts.map((prompt, index) => settleText(prompt, request, index));
  return {
    request: { ...request, prompts: read.map(({ prompt }) => prompt) },
    warnings: read.flatMap(({ warnings }) => warnings),
  };
}

function settleText(
  prompt: PromptRequest,
  request: RenderRequest,
  index: number,
): { prompt: PromptRequest; warnings: Sentence[] } {
  if (!request.promptFlags) return { prompt, warnings: unreadFlags(prompt, index) };
  const { prompt: read, warnings } = readFlags(prompt, index);
  if (read.negativePrompt === null || read.negativePrompt === prompt.negativePrompt)
    return { prompt: read, warnings };
  // The trainer fills trigger words in before it reads flags, so a negative prompt from one has them too.
  const { prompt: negativePrompt } = fillTrigger(
    { prompt: read.negativePrompt, triggerWord: prompt.triggerWord },
    request.triggerWord,
  );
  return { prompt: { ...read, negativePrompt }, warnings };
}
