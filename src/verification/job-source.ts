/** A training whose previews are verified, wherever it comes from. */
import type { ModelEntry } from '../catalog/define-model.ts';
import type { EpochPart } from '../registry/versions/read-versions.ts';
import type { PromptRequest } from '../render/request.ts';
import type { SampleSettings } from './sample-settings.ts';

export interface JobEpoch {
  step: number;
  /** Of its first file. */
  name: string;
  files: { part: EpochPart; path: string; sha256: string }[];
  /** Trigger words that the file names. */
  triggers: string[];
}

export interface JobSample {
  step: number;
  index: number;
  name: string;
  read: () => Promise<Uint8Array>;
}

/** What one preview is rendered with. */
export interface PreviewRequest {
  /** Seed and all else settled; trigger words are not filled in yet. */
  prompt: PromptRequest;
  /** Before flags were read out of it. */
  written: string;
  /** Why it cannot be compared; null where it can. */
  unusable: string | null;
}

export interface JobSource {
  name: string;
  entry: ModelEntry;
  /** In the order of their steps. */
  epochs: JobEpoch[];
  samples: JobSample[];
  /** By the index of the prompt. */
  previews: (step: number) => PreviewRequest[];
  /** Other configurations of the same job that say something else. */
  others: SampleSettings[];
  settings: SampleSettings | null;
  tiledDecoding: boolean | null;
  /** Why the bar is lower; null where it is not. */
  lowersBar: string | null;
  notes: string[];
}

/** There is nothing to verify, or it cannot be read. */
export class JobUnreadable extends Error {}
