/** What was said and has no use, as warnings. */
import { pretrained, trainingInput, unusedInputs } from './training-input.ts';

/** The inputs as they were sent. */
export type Given = Readonly<Record<string, unknown>>;

export const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const usedByImport: readonly string[] = [pretrained, 'trigger_word', 'hf_token'];

export function unusedByImport(given: Given): string[] {
  const unused = saidIn(given).filter((name) => !usedByImport.includes(name));
  return unused.length === 0 ? [] : [`Not used, because nothing is trained: ${listed(unused)}.`];
}

export function unusedByTraining(given: Given, writesCaptions: boolean): string[] {
  const left: readonly string[] = unusedInputs;
  const around = ['autocaption_prefix', 'autocaption_suffix'].filter((name) => isSaid(given[name]));
  const unused = saidIn(given).filter((name) => left.includes(name));
  const unknown = Object.keys(given).filter(
    (name) => !Object.hasOwn(trainingInput.shape, name) && !left.includes(name),
  );
  return [
    ...(unused.length === 0 ? [] : [`Not used: ${listed(unused)}.`]),
    ...(unknown.length === 0 ? [] : [`The trainer has no input ${listed(unknown)}: not used.`]),
    ...(!writesCaptions && (given.autocaption === true || around.length > 0)
      ? [
          `${['autocaption', ...around].join(', ')} was not used: this server writes no captions (CAPTION_URL).`,
        ]
      : []),
  ];
}

/** False says nothing that is not so anyway. */
const saidIn = (given: Given): string[] =>
  Object.keys(given).filter((name) => isSaid(given[name]) && given[name] !== false);

/** Names may be as many and as long as a client likes. */
const listed = (names: readonly string[]): string => names.slice(0, 10).join(', ').slice(0, 300);
