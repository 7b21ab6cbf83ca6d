/**
 * Every setting, parsed once from the environment. The table below is the only place that names an environment variable;
 * `docs/settings.md` is made from it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parsePerModel } from './catalog/per-model.ts';
import { parseDevices } from './device-list.ts';

const flag = z
  .enum(['0', '1', 'true', 'false', 'yes', 'no', ''])
  .transform((text) => ['1', 'true', 'yes'].includes(text));
const list = (separator: RegExp) =>
  z.string().transform((text) =>
    text
      .split(separator)
      .map((s) => s.trim())
      .filter(Boolean),
  );
const folder = z
  .string()
  .min(1)
  .transform((text) => path.resolve(text));
/** A text that a parser of its own reads; what that throws says what is wrong. */
const parsedBy = <Value>(parse: (text: string) => Value) =>
  z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  });
/** One value for all models, and others for some: see `catalog/per-model.ts`. */
const perModel = <Value extends string>(values: readonly [Value, ...Value[]]) =>
  parsedBy((text) => parsePerModel(text, values, values[0]));
const count = (least: number) => z.coerce.number().int().min(least);

export const settings = {
  HOST: z.string().default('127.0.0.1').describe('Address to listen on. Anything but loopback needs keys.'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8000)
    .describe('Port to listen on; 0 picks a free one.'),
  BASE_URL: z
    .url()
    .optional()
    .describe(
      'How clients reach the server, for the URLs in answers, with the path that a proxy has it under. Default: from the request, also by its X-Forwarded-Proto, -Host and -Prefix.',
    ),
  DARKROOM_DATA: folder
    .prefault('data')
    .describe('Data folder: database, outputs, control images, caches, scratch files.'),
  WORKFLOWS_BASE_PATH: folder
    .optional()
    .describe('Folder of your LoRA files. Default: `loras` in the data folder.'),
  OUTPUT_BASE_PATH: folder
    .optional()
    .describe('Folder for finished files. Default: `outputs` in the data folder.'),
  LORA_ALLOWED_PATHS: list(/[:,]/)
    .default([])
    .describe('More folders that LoRA paths may point into, absolute, separated by `:`.'),
  LORA_DOWNLOAD_CACHE_DIR: folder
    .optional()
    .describe('Downloaded LoRAs. Default: `cache/loras` in the data folder.'),
  LORA_CACHE_GB: z.coerce
    .number()
    .min(0)
    .default(50)
    .describe(
      'Remove the downloaded LoRAs that were used longest ago while all together are larger, in GB; 0 keeps them. Those of waiting and running requests stay.',
    ),
  MODEL_CACHE_DIR: folder
    .optional()
    .describe('Hugging Face cache for base checkpoints. Default: the usual one of the hub client.'),
  CHECKPOINTS_PATH: folder
    .optional()
    .describe('Folder of base checkpoints laid out `owner/name/…`, looked in before the hub.'),
  CATALOG_PATH: list(/[:,]/)
    .default([])
    .describe('Folders of more catalog entries (`*.ts`, `*.json`), separated by `:`.'),
  HF_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .default('https://huggingface.co')
    .transform((url) => url.replace(/\/+$/, ''))
    .describe(
      'The Hugging Face hub, or a mirror of it that `hf:` paths, URLs of huggingface.co and checkpoints are fetched from.',
    ),
  HF_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]*$/, 'has characters that no token has: copy it again, without spaces and line ends')
    .optional()
    .describe('Hugging Face token for gated checkpoints and private LoRAs.'),
  TOKEN_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe(
      'What `hf_token` of waiting requests is sealed with in the database, the same for all processes; 32 characters or more. Default: tokens stay in the memory of the process that took the request.',
    ),
  DEVICE: z
    .string()
    .regex(/^(auto|cpu|mps|cuda(:\d+)?)$/)
    .default('auto')
    .describe(
      'The one device to render on: `cuda`, `cuda:1`, `mps`, `cpu`, or `auto` for the best there is.',
    ),
  DEVICES: parsedBy(parseDevices)
    .optional()
    .describe(
      'Several devices to render on at once, with an engine each: `cuda:0,cuda:1`, `cpu,cpu`. Takes the place of DEVICE. See docs/deploy.md. Default: the one of DEVICE.',
    ),
  SPARE_ENGINE: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'Keep an engine process standing by that takes over when one dies, without the seconds that its imports take: `auto` (while the host has memory to spare), `on` or `off`. See docs/memory.md.',
    ),
  DTYPE: perModel(['auto', 'bfloat16', 'float16', 'float32'])
    .prefault('auto')
    .describe(
      'Weight type: `auto` (bfloat16 on a GPU that has it, float32 on a CPU), `bfloat16`, `float16` or `float32`. For some models only: `auto,sdxl=float16`.',
    ),
  OFFLOAD_MODE: perModel(['auto', 'none', 'model', 'sequential'])
    .prefault('auto')
    .describe(
      'Keep weights in host memory and move them to the GPU as needed: `none`, `model` (a component at a time), `sequential` (a layer at a time), or `auto`: the first of these that fits. For some models only: `auto,flux2=sequential`.',
    ),
  QUANTIZATION: perModel(['none', 'fp8', 'nf4'])
    .prefault('none')
    .describe(
      'Hold the weights of the denoiser in fewer bits: `fp8` or, on CUDA, `nf4`. Pictures then differ from those of full weights; see docs/memory.md. For some models only: `flux2=fp8,wan22_14b_t2v=nf4`.',
    ),
  TILED_DECODING: perModel(['off', 'on'])
    .prefault('off')
    .describe(
      'Decode in tiles where the trainer’s low-memory preset does (`low_vram: true`): `on` or `off`. It takes less memory, and pictures differ slightly. Requests choose with `tiled_decoding`. For some models only: `qwen_image=on,ltx2=on`.',
    ),
  SAFETY_CHECKER: z
    .string()
    .regex(/^(off|\/.+|[A-Za-z]:[\\/].+|[\w.-]+\/[\w.-]+)$/, 'must be off, a whole path, or owner/name')
    .default('CompVis/stable-diffusion-safety-checker')
    .describe(
      'What looks at pictures that requests want checked (Replicate’s API, unless they disable it), where it is installed: `owner/name`, looked for in CHECKPOINTS_PATH and the hub cache, the whole path of a folder, or `off`. It has the layout of Stable Diffusion’s safety checker; see docs/replicate.md.',
    ),
  ENABLE_CPU_OFFLOAD: flag
    .default(false)
    .describe('Same as OFFLOAD_MODE=model; kept for settings files of the reference server.'),
  MAX_RESIDENT_MODELS: count(0).default(0).describe('Base models kept in memory at once; 0: as many as fit.'),
  ADAPTER_CACHE_MB: count(0).default(2048).describe('Host memory for parsed LoRAs.'),
  INFERENCE_TIMEOUT: count(1).default(3600).describe('Seconds a job may run, without its downloads.'),
  TRAINING_SHARE: z
    .enum(['share', 'exclusive', 'idle'])
    .default('share')
    .describe(
      'Who has the device while a training runs: `share` (after a minute of training, renders that wait get up to a minute), `exclusive` (the training to its end), `idle` (it trains only while nothing waits).',
    ),
  AI_TOOLKIT_PATH: folder
    .refine((checkout) => existsSync(path.join(checkout, 'run.py')), {
      error: 'must be a checkout of ostris/ai-toolkit, with its run.py',
    })
    .optional()
    .describe(
      'A checkout of ostris/ai-toolkit, which trains what Darkroom does not, and what asks for it. See docs/training.md. Default: none.',
    ),
  AI_TOOLKIT_PYTHON: z
    .string()
    .optional()
    .describe(
      'Python interpreter that has the packages of ai-toolkit. Default: that of `venv` or `.venv` in the checkout.',
    ),
  AI_TOOLKIT_DEVICE: z
    .string()
    .regex(/^(cpu|mps|cuda:\d+)$/, 'must be cuda:<number>, mps or cpu')
    .optional()
    .describe(
      'Device that ai-toolkit trains on, `cuda:1`, so that renders keep theirs. Default: the one that the training takes from renders.',
    ),
  TRAINING_STALL: count(1)
    .default(900)
    .describe(
      'Seconds without a word from what trains after which a training is stopped and tried again from its last state.',
    ),
  TRAINING_CACHE_GB: z.coerce
    .number()
    .min(0)
    .default(20)
    .describe('Encoded pictures and captions of training sets, in GB; those used longest ago go first.'),
  KEEP_STATE_DAYS: count(0)
    .default(7)
    .describe(
      'Days in which a training that has ended can be extended: what it would go on from stays in `trainings` of the data folder for so long.',
    ),
  CAPTION_URL: z
    .string()
    .regex(/^https?:\/\//, 'must be an http(s) URL')
    .optional()
    .describe(
      'An endpoint of OpenAI’s chat completions with a model that sees, such as http://127.0.0.1:11434/v1: it writes captions for pictures of training sets where that is asked for. An inner host stands in OUTBOUND_ALLOW too. Default: none.',
    ),
  CAPTION_MODEL: z.string().optional().describe('Name of the model at CAPTION_URL. Default: none is named.'),
  CAPTION_KEY: z.string().optional().describe('Key that CAPTION_URL asks for, sent as a bearer token.'),
  TRAINING_IMAGES_MAX: count(1).default(2000).describe('Pictures in one training set.'),
  MAX_QUEUE: count(1).default(10000).describe('Jobs that may wait; more answer 429.'),
  MAX_QUEUE_PER_KEY: count(0)
    .default(0)
    .describe(
      'Jobs of one key that may wait, so that none fills the queue for all; 0: as many as MAX_QUEUE.',
    ),
  MODEL_SWITCH_SECONDS: count(0)
    .default(60)
    .describe('Jobs for a loaded model go first until a job for another has waited so many seconds.'),
  MAX_LORAS: count(1).default(8).describe('LoRAs in one request.'),
  MAX_PROMPTS: count(1).default(64).describe('Prompts in one request.'),
  MAX_SHEET_CELLS: count(1).default(400).describe('Cells of one contact sheet.'),
  MAX_BODY_MB: count(1).default(64).describe('Largest request body.'),
  MAX_FILE_MB: count(1)
    .default(4000)
    .describe('Largest file in a form, such as an archive of pictures, in millions of bytes.'),
  MAX_CONTROL_IMAGE_PIXELS: count(1)
    .default(50_000_000)
    .describe('Largest control image, width times height.'),
  RETENTION_HOURS: count(0)
    .default(0)
    .describe('Remove finished requests and their files after so many hours; 0 keeps them.'),
  RETENTION_GB: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe(
      'Remove the oldest finished requests while the files of all together are larger, in GB; 0 keeps them.',
    ),
  REGISTRY_TRASH_DAYS: count(0)
    .default(30)
    .describe(
      'Days in which a deleted model of the registry can be restored; its files are removed after that.',
    ),
  REGISTRY_PUBLIC: flag
    .default(false)
    .describe(
      'Let anyone look at public models and assets without a key, by `Authorization: public-auth-token` in Scenario’s API.',
    ),
  API_KEYS: list(/[,\s]+/)
    .default([])
    .describe(
      'Keys that may do everything, sent as `Authorization: Bearer <key>`. See also `darkroom keys`. Without any key: open, loopback only.',
    ),
  UPLOAD_SCOPE: z
    .enum(['admin', 'write'])
    .default('admin')
    .describe('Scope of the keys that may upload LoRA files: `admin` or `write`.'),
  DARKROOM_API_KEY: z.string().optional().describe('Key that `darkroom keys --server` sends.'),
  RATE_LIMIT_PER_MINUTE: count(0)
    .optional()
    .describe(
      'Requests that a key may send in a minute; more answer 429; 0: any number. Default: 6000 with keys, any number without.',
    ),
  WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and at least 24 bytes in base64')
    .optional()
    .describe('What calls of webhooks are signed with, `whsec_…`. Default: one of the database.'),
  CORS_ORIGINS: list(/[,\s]+/)
    .transform((origins) => origins.map((origin) => origin.replace(/\/$/, '')))
    .refine((origins) => origins.every((origin) => /^(\*|null|https?:\/\/[^/?#@\s]+)$/.test(origin)), {
      error: 'each must be an origin such as https://app.example.com, without a path, or *',
    })
    .prefault('')
    .describe(
      'Origins whose pages may use the API from a browser: `https://app.example.com`, `https://*.example.com`, or `*` for all. Default: none.',
    ),
  OUTBOUND_ALLOW: list(/[,\s]+/)
    .default([])
    .describe('Inner hosts that URLs in requests may point to: names, `*.suffix`, addresses, CIDR ranges.'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .optional()
    .describe('Postgres to share between processes. Default: an embedded one in the data folder.'),
  ARTIFACTS_URL: z
    .string()
    .regex(/^s3:\/\//, 'must begin with s3://')
    .optional()
    .describe(
      'Object store for finished files, and for what workers on other machines need: `s3://bucket/prefix?endpoint=…&region=…&path_style=true`, with credentials in `AWS_*`. Default: OUTPUT_BASE_PATH.',
    ),
  WORKER_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .optional()
    .describe('Port on HOST where `darkroom worker` answers /health, /ready and /metrics. Default: none.'),
  DARKROOM_PYTHON: z
    .string()
    .optional()
    .describe(
      'Python interpreter that already has torch and diffusers. Default: engine/.venv, or for the installed package a folder in the cache of the user.',
    ),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('How much to log.'),
} as const satisfies Record<string, z.ZodType>;

const schema = z.object(settings);
export type Settings = z.output<typeof schema>;

export interface Config extends Settings {
  DEVICES: string[];
  lorasFolder: string;
  outputsFolder: string;
  blobsFolder: string;
  downloadsFolder: string;
  scratchFolder: string;
  trainingsFolder: string;
  trainingCacheFolder: string;
  databaseFolder: string;
}

/**
 * Read settings from an environment. Empty variables count as absent. Throws an Error that lists every bad variable with
 * what it accepts, never its value (it may be a secret).
 */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(
      `Some settings are not right:\n${lines.join('\n')}\ndocs/settings.md lists what each accepts.`,
    );
  }
  return withFolders(parsed.data);
}

function withFolders(values: Settings): Config {
  const inData = (...parts: string[]): string => path.join(values.DARKROOM_DATA, ...parts);
  return {
    ...values,
    DEVICES: values.DEVICES ?? [values.DEVICE],
    OFFLOAD_MODE:
      values.ENABLE_CPU_OFFLOAD && values.OFFLOAD_MODE.all === 'auto'
        ? { ...values.OFFLOAD_MODE, all: 'model' as const }
        : values.OFFLOAD_MODE,
    lorasFolder: values.WORKFLOWS_BASE_PATH ?? inData('loras'),
    outputsFolder: values.OUTPUT_BASE_PATH ?? inData('outputs'),
    blobsFolder: inData('blobs'),
    downloadsFolder: values.LORA_DOWNLOAD_CACHE_DIR ?? inData('cache', 'loras'),
    scratchFolder: inData('scratch'),
    trainingsFolder: inData('trainings'),
    trainingCacheFolder: inData('cache', 'training'),
    databaseFolder: inData('database'),
  };
}
