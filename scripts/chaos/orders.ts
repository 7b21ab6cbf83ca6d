import type { InferenceRequest } from '../../src/client/open-client.ts';
import type { ChaosOptions } from './options.ts';

export interface OrderPrompt {
  prompt: string;
  seed: number;
  width: number;
  height: number;
  sample_steps: number;
}

/** One request, before it is sent. Sent again under the same key, it must not become a second one. */
export interface Order {
  key: string;
  prompts: OrderPrompt[];
  /** LoRAs by path. */
  loras: string[];
  /** From the beginning of the round, in milliseconds. */
  sendAfter: number;
  /** From the answer, in milliseconds; null for a request that nobody cancels. */
  cancelAfter: number | null;
}

const sendWithinMs = 1_500;
const cancelWithinMs = 1_000;
const cancelShare = 0.05;
const mostPrompts = 3;
const mostSteps = 2;
const realSteps = 12;
/** The real engine draws few different pictures, so that many of them have to be equal. */
const realSubjects = ['a red apple', 'a blue car', 'a green tree'];

export function drawOrder(
  index: number,
  random: () => number,
  { seed, engine }: ChaosOptions,
  loras: readonly string[],
): Order {
  const upTo = (most: number): number => 1 + Math.floor(random() * most);
  const count = upTo(mostPrompts);
  const draw = (place: number): OrderPrompt =>
    engine === 'stand-in'
      ? {
          prompt: `request ${index}, picture ${place}`,
          seed: index * mostPrompts + place,
          width: 64,
          height: 64,
          sample_steps: upTo(mostSteps),
        }
      : {
          prompt: realSubjects[upTo(realSubjects.length) - 1] ?? '',
          seed: upTo(2),
          width: 128,
          height: 128,
          sample_steps: realSteps,
        };
  return {
    key: `chaos-${seed}-${index}`,
    prompts: Array.from({ length: count }, (_, place) => draw(place)),
    loras: engine === 'python' ? loras.filter(() => random() < 0.3) : [],
    sendAfter: random() * sendWithinMs,
    cancelAfter: random() < cancelShare ? random() * cancelWithinMs : null,
  };
}

/** The body of `POST /v1/inference`. */
export function bodyOf({ prompts, loras }: Order): InferenceRequest {
  const items = loras.map((path) => ({ path }));
  const weights = items.length === 0 ? { base_only: true } : { loras: items };
  return { model: 'demo', ...weights, output_format: 'png', prompts: [...prompts] };
}
