/** What native's docs say of errors: the page and the OpenAPI operations. */
import { type ErrorCode, errorCodes, isErrorCode } from '../../errors/codes.ts';
import { errorResponseSchema } from './schemas/response-schema.ts';

/** What each error code means to a client of the native API and what to do, for its docs. */
export const errorDocs: Readonly<Record<ErrorCode, string>> = {
  INVALID_REQUEST:
    'The body is not what the endpoint takes. `details.problems` lists every field with its path.',
  MODEL_NOT_FOUND: 'Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.',
  LORA_FILE_REQUIRED: 'No LoRA was sent. Add one to `loras`, or send `base_only: true` to render without.',
  LORA_NOT_FOUND:
    'There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH.',
  LORA_INVALID:
    'The file is not a LoRA in safetensors form: truncated, another format, or without adapter weights.',
  LORA_INCOMPATIBLE: 'The LoRA was made for another model family. The message names the likely one.',
  LORA_DOWNLOAD_FAILED:
    'The LoRA could not be fetched from its URL or repository: its header at the request, or later, in the result, the file. See docs/loras.md.',
  SINGLE_LORA_ONLY: 'The server runs with MAX_LORAS=1 and more than one LoRA was sent.',
  TOO_MANY_LORAS: 'More LoRAs than MAX_LORAS were sent.',
  MOE_FORMAT_REQUIRED:
    'This model has a high- and a low-noise transformer: every LoRA item must carry `transformer`.',
  MOE_FORMAT_NOT_SUPPORTED: '`transformer` was sent for a model that has only one.',
  SINGLE_MOE_CONFIG_ONLY: 'More than one LoRA for one side while MAX_LORAS=1.',
  PROMPT_INVALID:
    'A prompt has a flag with a value that it does not take (with `prompt_flags`), strengths that are not one for each LoRA, a sampler that the model does not have, fewer steps than it can render with, or an `image` or `mask_image` for a model that does not begin with one.',
  CONTROL_IMAGE_REQUIRED: 'This model edits or animates a picture: the prompt needs `ctrl_img`.',
  CONTROL_IMAGE_INVALID:
    'The control image, `image` or `mask_image` cannot be fetched or decoded, has a format that is not read, or is too large. The message says what it is and what to send: docs/control-pictures.md.',
  WEBHOOK_INVALID:
    '`webhook_url` may not be called: not http(s), with a password in it, or an inner address that is not on OUTBOUND_ALLOW.',
  SIZE_INVALID:
    'Width or height become 0 when floored to the divisor of the model, or are more pixels than it takes.',
  REQUEST_NOT_FOUND: 'No request with this id. Finished requests are removed after the retention time.',
  OUTPUT_NOT_FOUND: 'The request has no output with this index (yet), or its file was removed by retention.',
  KEY_NOT_FOUND: 'No API key with this id. GET /v1/keys lists them.',
  TRAINED_MODEL_NOT_FOUND:
    'No model of the registry has this id or name, it is deleted, or another project has it for itself.',
  EPOCH_NOT_FOUND: 'The model has no epoch of this step. The message lists those that it has.',
  ASSET_NOT_FOUND: 'No asset has this id, it is deleted, or another project has it for itself.',
  UPLOAD_NOT_FOUND: 'No upload of the project has this id. They are forgotten a day after they were opened.',
  SHEET_NOT_FOUND:
    'No contact sheet with this id that the key may see. GET /v1/sheets lists them; sheets go with the last of their pictures.',
  NOT_FOUND: 'There is no such page. GET /docs lists the endpoints.',
  METHOD_NOT_ALLOWED: 'The path exists, but not with this method.',
  UNSUPPORTED_MEDIA_TYPE: 'Send the body as `application/json`.',
  UNAUTHORIZED: 'No API key, or an unknown one. Send `Authorization: Bearer <key>`.',
  FORBIDDEN: 'The key is known but not allowed to do this. The message names the scope that is needed.',
  PAYLOAD_TOO_LARGE:
    'The body is larger than the server reads. Send control images by URL instead of base64.',
  RANGE_NOT_SATISFIABLE: 'The `Range` header asks for bytes behind the end of the file.',
  IDEMPOTENCY_CONFLICT: 'The Idempotency-Key was used before with another body.',
  REQUEST_UNFINISHED: 'This can be done when the request has ended. Wait, or cancel it.',
  SHEET_CONFLICT:
    'The sheet is still being rendered, or was changed at the same moment. The message says which.',
  REGISTRY_CONFLICT:
    'The state of the model does not allow this: a name that is taken, a change of what has been trained, a model that a composition has. The message says which.',
  REGISTRY_GONE: 'The model was deleted longer ago than REGISTRY_TRASH_DAYS, and cannot be restored.',
  IMPORT_INVALID:
    'There is nothing to import there, or nothing says for which base model it is. The message lists the ids that it may be for.',
  VERIFICATION_INVALID:
    'The folder is no job of ai-toolkit whose previews can be verified, or cannot be read. The message says what it is.',
  RATE_LIMITED:
    'The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.',
  QUEUE_FULL:
    'MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.',
  ENGINE_UNAVAILABLE: 'No engine can take the model right now. GET /ready says why.',
  MODEL_FILES_MISSING:
    'The base checkpoint is not on this machine and cannot be downloaded (offline, gated or no token).',
  MODEL_LOAD_FAILED: 'The base checkpoint is there but does not load.',
  MODEL_TOO_LARGE:
    'The model needs more memory than the device has. The message says how much, and which setting would do.',
  OUT_OF_MEMORY: 'The device ran out of memory. Use a smaller size, fewer frames, or OFFLOAD_MODE.',
  RENDER_FAILED: 'The pipeline raised an error while rendering. The message is its own.',
  CONTENT_FLAGGED:
    'The safety checker flagged every picture of the request, and all were left out. Only requests of Replicate’s API are checked.',
  DATASET_INVALID:
    'Files of a training set cannot be used. `details.files` lists every one with what is wrong and what to do; `skip_bad: true` leaves them out instead.',
  CAPTIONS_UNAVAILABLE:
    'The endpoint that is to write captions (CAPTION_URL) did not, so that nothing was stored.',
  TRAINING_SET_FULL: 'The training set of a model would have more pictures than TRAINING_IMAGES_MAX.',
  TRAINING_UNSUPPORTED: 'No engine of this server trains the model. The message says what would do.',
  TRAINING_NOT_FOUND:
    'No training with this id that the key may see. GET /v1/trainings lists them; a render is read under /v1/requests.',
  TRAINING_DIVERGED:
    'The loss of a training is no number any more. Lower the learning rate; the epochs before are kept.',
  TRAINING_FAILED: 'The training cannot go on. The message says why; the epochs before are kept.',
  ENGINE_CRASHED: 'The engine process died while rendering, twice.',
  TIMEOUT: 'The job ran longer than INFERENCE_TIMEOUT seconds.',
  STORAGE_FULL: 'The disk is full. Free space, or lower the retention settings.',
  STORAGE_UNAVAILABLE: 'The object store of ARTIFACTS_URL does not answer or refuses. The message says why.',
  DATABASE_UNAVAILABLE:
    'The database of DATABASE_URL does not answer: it restarts, or the network is down. Nothing was stored.',
  SHUTTING_DOWN: 'The server is stopping. Try again when it is back.',
  INTERNAL: 'A fault of Darkroom itself. The log has the details under the request id.',
};

/** What an OpenAPI operation says about its errors, from the codes that it can answer with. */
export function errorResponses(...codes: ErrorCode[]) {
  const statuses = [...new Set(codes.map((code) => errorCodes[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: codes
          .filter((code) => errorCodes[code].status === status)
          .map((code) => `\`${code}\`: ${errorDocs[code]}`)
          .join('\n\n'),
        content: { 'application/json': { schema: errorResponseSchema } },
      },
    ]),
  );
}

/** Codes that POST /v1/inference answers with before it accepts. */
export const submissionCodes: readonly ErrorCode[] = Object.keys(errorCodes)
  .filter(isErrorCode)
  .filter((code) => errorCodes[code].status === 400);
