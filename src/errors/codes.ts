/**
 * Every way a request or a job can fail, once. `http/` maps each code to a status by this table, the docs page is made
 * from it, and each dialect maps the union by an exhaustive switch.
 *
 * `status` is the HTTP status when the error answers a request. Codes with `status: 500` or `503` that can end a job after
 * it was accepted are found in the job's `error` instead. `retryable` says whether sending the same request again can help.
 */
export interface ErrorFacts {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 416 | 422 | 429 | 500 | 503;
  readonly retryable: boolean;
  /** What it means and what to do, for the docs. */
  readonly about: string;
}

const facts = (status: ErrorFacts['status'], about: string, retryable = false): ErrorFacts => ({
  status,
  retryable,
  about,
});

export const errorCodes = {
  INVALID_REQUEST: facts(
    422,
    'The body is not what the endpoint takes. `details.problems` lists every field with its path.',
  ),
  MODEL_NOT_FOUND: facts(
    400,
    'Unknown model id. The message suggests the nearest; GET /v1/models lists all of them.',
  ),
  LORA_FILE_REQUIRED: facts(
    400,
    'No LoRA was sent. Add one to `loras`, or send `base_only: true` to render without.',
  ),
  LORA_NOT_FOUND: facts(
    400,
    'There is no such LoRA, or its folder is not allowed. Paths are relative to WORKFLOWS_BASE_PATH.',
  ),
  LORA_INVALID: facts(
    400,
    'The file is not a LoRA in safetensors form: truncated, another format, or without adapter weights.',
  ),
  LORA_INCOMPATIBLE: facts(
    400,
    'The LoRA was made for another model family. The message names the likely one.',
  ),
  LORA_DOWNLOAD_FAILED: facts(
    400,
    'The LoRA could not be fetched from its URL or repository: its header at the request, or later, in the result, the file. See docs/loras.md.',
    true,
  ),
  SINGLE_LORA_ONLY: facts(400, 'The server runs with MAX_LORAS=1 and more than one LoRA was sent.'),
  TOO_MANY_LORAS: facts(400, 'More LoRAs than MAX_LORAS were sent.'),
  MOE_FORMAT_REQUIRED: facts(
    400,
    'This model has a high- and a low-noise transformer: every LoRA item must carry `transformer`.',
  ),
  MOE_FORMAT_NOT_SUPPORTED: facts(400, '`transformer` was sent for a model that has only one.'),
  SINGLE_MOE_CONFIG_ONLY: facts(400, 'More than one LoRA for one side while MAX_LORAS=1.'),
  PROMPT_INVALID: facts(
    400,
    'A prompt has a flag with a value that it does not take (with `prompt_flags`), strengths that are not one for each LoRA, a sampler that the model does not have, or fewer steps than it can render with.',
  ),
  CONTROL_IMAGE_REQUIRED: facts(400, 'This model edits or animates a picture: the prompt needs `ctrl_img`.'),
  CONTROL_IMAGE_INVALID: facts(
    400,
    'The control image cannot be fetched or decoded, has a format that is not read, or is too large. The message says what it is and what to send: docs/control-pictures.md.',
  ),
  WEBHOOK_INVALID: facts(
    400,
    '`webhook_url` may not be called: not http(s), with a password in it, or an inner address that is not on OUTBOUND_ALLOW.',
  ),
  SIZE_INVALID: facts(
    400,
    'Width or height become 0 when floored to the divisor of the model, or are more pixels than it takes.',
  ),
  REQUEST_NOT_FOUND: facts(
    404,
    'No request with this id. Finished requests are removed after the retention time.',
  ),
  OUTPUT_NOT_FOUND: facts(
    404,
    'The request has no output with this index (yet), or its file was removed by retention.',
  ),
  KEY_NOT_FOUND: facts(404, 'No API key with this id. GET /v1/keys lists them.'),
  NOT_FOUND: facts(404, 'There is no such page. GET /docs lists the endpoints.'),
  METHOD_NOT_ALLOWED: facts(405, 'The path exists, but not with this method.'),
  UNSUPPORTED_MEDIA_TYPE: facts(415, 'Send the body as `application/json`.'),
  UNAUTHORIZED: facts(401, 'No API key, or an unknown one. Send `Authorization: Bearer <key>`.'),
  FORBIDDEN: facts(
    403,
    'The key is known but not allowed to do this. The message names the scope that is needed.',
  ),
  PAYLOAD_TOO_LARGE: facts(
    413,
    'The body is larger than the server reads. Send control images by URL instead of base64.',
  ),
  RANGE_NOT_SATISFIABLE: facts(416, 'The `Range` header asks for bytes behind the end of the file.'),
  IDEMPOTENCY_CONFLICT: facts(409, 'The Idempotency-Key was used before with another body.'),
  RATE_LIMITED: facts(
    429,
    'The key sent more than RATE_LIMIT_PER_MINUTE requests in a minute. Try again after `Retry-After` seconds.',
    true,
  ),
  QUEUE_FULL: facts(
    429,
    'MAX_QUEUE jobs (or MAX_QUEUE_PER_KEY of this key) are waiting. Try again after `Retry-After` seconds.',
    true,
  ),
  ENGINE_UNAVAILABLE: facts(503, 'No engine can take the model right now. GET /ready says why.', true),
  MODEL_FILES_MISSING: facts(
    503,
    'The base checkpoint is not on this machine and cannot be downloaded (offline, gated or no token).',
    true,
  ),
  MODEL_LOAD_FAILED: facts(500, 'The base checkpoint is there but does not load.'),
  MODEL_TOO_LARGE: facts(
    503,
    'The model needs more memory than the device has. The message says how much, and which setting would do.',
  ),
  OUT_OF_MEMORY: facts(
    500,
    'The device ran out of memory. Use a smaller size, fewer frames, or OFFLOAD_MODE.',
    true,
  ),
  RENDER_FAILED: facts(500, 'The pipeline raised an error while rendering. The message is its own.'),
  ENGINE_CRASHED: facts(500, 'The engine process died while rendering, twice.', true),
  TIMEOUT: facts(500, 'The job ran longer than INFERENCE_TIMEOUT seconds.', true),
  STORAGE_FULL: facts(503, 'The disk is full. Free space, or lower the retention settings.', true),
  STORAGE_UNAVAILABLE: facts(
    503,
    'The object store of ARTIFACTS_URL does not answer or refuses. The message says why.',
    true,
  ),
  DATABASE_UNAVAILABLE: facts(
    503,
    'The database of DATABASE_URL does not answer: it restarts, or the network is down. Nothing was stored.',
    true,
  ),
  SHUTTING_DOWN: facts(503, 'The server is stopping. Try again when it is back.', true),
  INTERNAL: facts(500, 'A fault of Darkroom itself. The log has the details under the request id.'),
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(errorCodes, value);
}
