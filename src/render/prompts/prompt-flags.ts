/**
 * Flags in the text of a prompt, as the trainer's previews read them: `a red fox --n blurry --w 512 --m 0.8`.
 *
 * Everything from the first `--` on is flags: a name up to the next space, and what follows up to the next `--`. They win over
 * the prompt's fields. Source: the trainer's GenerateImageConfig._process_prompt_string.
 */
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { promptNamed, setting } from '../../errors/reference.ts';
import { advice, type Sentence, said } from '../../errors/sentence.ts';
import { limits } from '../limits.ts';
import type { PromptRequest } from '../request.ts';
import { largestSeed, toSeed } from '../seed.ts';

type Changes = Partial<PromptRequest>;
/** What a flag changes, or a sentence part that says why it changes nothing. Null: the value is not what it takes. */
type ReadFlag = (value: string, prompt: PromptRequest) => Changes | { unused: Sentence } | null;
interface Flag {
  takes: string;
  read: ReadFlag;
}

const wholeNumber = /^[+-]?\d+$/;
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numeric(pattern: RegExp, kind: string) {
  return ([least, most]: readonly [number, number], change: (value: number) => Changes): Flag => ({
    takes: `${kind} from ${least} to ${most}`,
    read: (text) => {
      const value = pattern.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? change(value) : null;
    },
  });
}
const whole = numeric(wholeNumber, 'a whole number');
const decimal = numeric(number, 'a number');
const unused = (why: string): Flag => ({ takes: 'anything', read: () => ({ unused: why }) });

const seed: Flag = {
  takes: `a whole number from -1 to ${largestSeed}`,
  read: (text) => {
    const value = /^[+-]?\d{1,40}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : null;
    return value !== null && value >= -1 && value <= largestSeed ? { seed: toSeed(value) } : null;
  },
};
const guidance = decimal(limits.guidanceScale, (value) => ({ guidanceScale: value }));
const steps = whole(limits.steps, (value) => ({ steps: value }));
const scale = decimal(limits.scale, (value) => ({ scales: value }));
const frames = whole(limits.numFrames, (value) => ({ numFrames: value }));
const values = unused('it is for adapters that are no LoRAs');
const overwritten = unused('the trainer reads it and then renders without it');

const flags: ReadonlyMap<string, Flag> = new Map([
  [
    'n',
    {
      takes: 'any text',
      // A second text encoder keeps the negative prompt that the flag took the place of: so do the trainer's previews.
      read: (text, { negativePrompt }) => ({
        negativePrompt: text,
        secondNegativePrompt: negativePrompt ?? '',
      }),
    },
  ],
  ['w', whole(limits.side, (value) => ({ width: value }))],
  ['h', whole(limits.side, (value) => ({ height: value }))],
  ['d', seed],
  ['seed', seed],
  ['l', guidance],
  ['cfg', guidance],
  ['s', steps],
  ['steps', steps],
  ['m', scale],
  ['network_multiplier', scale],
  ['gr', decimal(limits.guidanceRescale, (value) => ({ guidanceRescale: value }))],
  ['frames', frames],
  ['num_frames', frames],
  ['fps', whole(limits.fps, (value) => ({ fps: value }))],
  ['ctrl_idx', whole(limits.controlIndex, (value) => ({ controlIndex: value }))],
  [
    'ctrl_img',
    {
      takes: 'a URL',
      read: (text) =>
        /^(https?|data):/i.test(text)
          ? { controlImages: [text] }
          : {
              unused: said`files of this machine cannot be named in a prompt; send the picture in ${{ of: 'controlImages', most: 1 }}`,
            },
    },
  ],
  ['p2', overwritten],
  ['n2', overwritten],
  ['a', values],
  ['ev', values],
  ['extra_values', values],
  ['ref', unused('there is no refiner')],
]);

/**
 * The prompt without its flags, and with what they say in its fields. Throws PROMPT_INVALID for a value that a flag does not
 * take.
 */
export function readFlags(
  prompt: PromptRequest,
  index: number,
): { prompt: PromptRequest; warnings: Sentence[] } {
  const [text = '', ...parts] = prompt.prompt.trim().split('--');
  const warnings: Sentence[] = [];
  const named = promptNamed(index, 'prompt');
  let read: PromptRequest = parts.length === 0 ? prompt : { ...prompt, prompt: text.trim() };
  for (const part of parts) {
    const { name, value, shown } = nameAndValue(part);
    const flag = flags.get(name);
    if (flag === undefined) {
      warnings.push(
        said`${named}: "${shown}" is none of the trainer's flags; it was left out, as in previews.`,
      );
      continue;
    }
    const changes = flag.read(value, prompt);
    if (changes === null) throw invalidFlag(index, shown, flag);
    if ('unused' in changes) warnings.push(said`${named}: "${shown}" was not used: ${changes.unused}.`);
    else read = { ...read, ...changes };
  }
  return { prompt: read, warnings };
}

/** What to tell of a prompt that the trainer would find flags in, when they are not to be read. */
export function unreadFlags({ prompt }: PromptRequest, index: number): Sentence[] {
  const parts = prompt.trim().split('--').slice(1).map(nameAndValue);
  const [first] = parts;
  if (first === undefined) return [];
  const known = parts.find(({ name }) => flags.has(name));
  const what =
    known === undefined
      ? `"${first.shown}": ai-toolkit's previews end a prompt at its first "--"`
      : `"${known.shown}", which ai-toolkit's previews read as a flag`;
  return [
    said`${promptNamed(index, 'prompt')} holds ${what}. It was rendered as written${advice`; send ${setting('promptFlags', true)} for what the previews do`}.`,
  ];
}

function nameAndValue(part: string): { name: string; value: string; shown: string } {
  const [word = ''] = part.split(' ', 1);
  const shown = `--${part}`.trim();
  return {
    name: word.trim(),
    value: part.slice(word.length).trim(),
    shown: shown.length > 60 ? `${shown.slice(0, 60).toWellFormed()}…` : shown,
  };
}

function invalidFlag(index: number, shown: string, { takes }: Flag): DarkroomError {
  return new DarkroomError(
    'PROMPT_INVALID',
    said`${promptNamed(index, 'prompt')} has the flag "${shown}", which takes ${takes}. Mend it${advice`, or send ${setting('promptFlags', false)} to render the text as it is`}.`,
  );
}
