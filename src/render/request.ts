import type { LoraSource, Strength } from './plan.ts';
import type { Seed } from './seed.ts';

/**
 * What every dialect parses its own words into, and all that the rest of Darkroom knows of a request. `null` means that the
 * client did not say: the model's default applies. Values are in range; whether the model can use them is for the plan.
 */
export interface RenderRequest {
  model: string;
  loras: LoraRequest[];
  /** Render without any LoRA. Only then may `loras` be empty. */
  baseOnly: boolean;
  prompts: PromptRequest[];
  /** Replaces `[trigger]` and `[name]` in prompts that have no trigger word of their own. */
  triggerWord: string | null;
  /** Whether flags in prompts, such as `--w 512`, are read as the trainer reads them; else they are warned of. */
  promptFlags: boolean;
  /** Of prompts that have none of their own; see `settle-seeds.ts`. */
  seed: Seed | null;
  /** Whether that seed counts up from prompt to prompt. */
  walkSeed: boolean | null;
  output: OutputRequest;
  /** Higher runs first. 0 is normal. */
  priority: number;
  /** A preview of the latents every so many steps; 0 for none. */
  previewEvery: number;
  /** Whether control pictures are turned by their EXIF orientation. Null: upright. */
  controlOrientation: 'upright' | 'as_stored' | null;
  /** Whether pictures are looked at by the safety checker, where one is installed, and left out where it flags them. */
  safetyCheck?: boolean;
  options: {
    kvCache: boolean | null;
    matchTargetRes: boolean | null;
    cfgNorm: boolean | null;
    tiledDecoding: boolean | null;
  };
}

export interface LoraRequest {
  /** As the client wrote it: relative path, URL, `hf:owner/repo[/file]`, or a registry id. */
  path: string;
  scale: number;
  expert: 'high' | 'low' | null;
  /** The file of the registry that the path stands for, on this machine; absent for other paths. */
  registered?: RegisteredFile;
}

export interface RegisteredFile {
  file: string;
  sha256: string;
  /** Of the strength that is asked for: less or more than 1 for a LoRA of a composition. */
  share: number;
}

export interface PromptRequest {
  prompt: string;
  triggerWord: string | null;
  negativePrompt: string | null;
  width: number | null;
  height: number | null;
  steps: number | null;
  guidanceScale: number | null;
  /** How far the guided prediction is brought back to the spread of the unguided one, 0 to 1. */
  guidanceRescale: number | null;
  /** In place of the request's. */
  cfgNorm: boolean | null;
  /** What a second text encoder reads in place of the negative prompt, where the model has one. */
  secondNegativePrompt: string | null;
  /** In place of the strengths of the LoRAs: one for all, or one for each. */
  scales: number | readonly number[] | null;
  /** -1: draw one. */
  seed: Seed | null;
  sampler: string | null;
  numFrames: number | null;
  fps: number | null;
  resolution: 'Default' | 'High' | null;
  /** Base64, data URLs or http(s) URLs, in order. */
  controlImages: string[];
  /** What the control image is for, in models where it may be for several things. */
  controlIndex: number | null;
  /** A picture to begin with. */
  source: SourceRequest | null;
}

/** A picture that another is made of: all of it (image to image), or what a mask says (inpainting). */
export interface SourceRequest {
  /** Base64, a data URL or an http(s) URL, as is the mask. */
  image: string;
  /** White is painted anew, black is kept; grey counts as the nearer of both. */
  mask: string | null;
  /** Share of the steps that are run on the picture, 0 to 1: how little of it is left. */
  strength: number | null;
  fit: SourceFit;
}

/** How such a picture is brought to the size of the output. */
export interface SourceFit {
  /**
   * Its longest side, in pixels, for prompts without a size of their own; a larger picture is scaled down. Null: it has no more
   * pixels than the model usually makes.
   */
  longestSide: number | null;
  /** Both sides then go to a multiple of this or of the model's divisor, whichever is larger. */
  multiple: number;
  rounded: 'down' | 'up';
  filter: 'lanczos' | 'bicubic';
  /** Whether transparent parts are laid over white, or the colours under them are shown. */
  transparency: 'over_white' | 'dropped';
}

export interface OutputRequest {
  format: 'jpeg' | 'png' | 'webp';
  /** 1 to 100; PNG ignores it. */
  quality: number;
}

/**
 * A LoRA read as far as its header. One that is still at its URL has a source instead of a file, and a hash only where its
 * host tells one.
 */
export interface ResolvedLora {
  request: LoraRequest;
  file: string | null;
  sha256: string | null;
  source: LoraSource | null;
  /** Null: 1 throughout. */
  strength: Strength | null;
  /** Modules that the client has been told are ignored. */
  ignored: number;
}

/** A control image, or another picture of a request, fetched and decoded to a plain PNG. */
export interface ResolvedControlImage {
  sha256: string;
  width: number;
  height: number;
}

export interface ResolvedSource {
  image: ResolvedControlImage;
  mask: ResolvedControlImage | null;
}
