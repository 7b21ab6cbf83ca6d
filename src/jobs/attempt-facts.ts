/** What an attempt at a job says to those who measure. */
export interface AttemptFacts {
  model: string;
  /** `broken`: something went wrong that its runner does not expect. */
  outcome: 'done' | 'failed' | 'canceled' | 'crashed' | 'holding' | 'broken';
  /** Error code of a failed one. */
  code: string | null;
}

export type ObserveAttempt = (facts: AttemptFacts) => void;
