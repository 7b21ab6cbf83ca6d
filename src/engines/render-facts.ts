/** What a render says to those who measure. */
export interface RenderFacts {
  model: string;
  /** Null before two steps were seen. */
  secondsPerStep: number | null;
  /** Null unless it was rendered to the end. `load` is 0 when the base model was in memory, `merge` null without LoRAs. */
  seconds: { load: number; merge: number | null; render: number } | null;
}

export type ObserveRender = (facts: RenderFacts) => void;
