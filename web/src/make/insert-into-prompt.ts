import { changeDraft, draftNow } from '../draft/draft.ts';

/** Put a word where the caret of the prompt is, or was; at the end where it has not been in it. */
export function insertIntoPrompt(word: string): void {
  const field = document.querySelector<HTMLTextAreaElement>('textarea[data-prompt]');
  const { prompt } = draftNow();
  const at = field?.selectionStart ?? prompt.length;
  const before = prompt.slice(0, at);
  const gap = before === '' || /[\s,]$/.test(before) ? '' : ', ';
  changeDraft({ prompt: `${before}${gap}${word}${prompt.slice(at)}` });
  field?.focus();
}
