/**
 * Every way a request or a job can fail, once. Each dialect has its own words for them; what native clients read of each is
 * in `http/native/error-docs.ts`.
 *
 * `status` is the HTTP status when the error answers a request. Codes with `status: 500` or `503` that can end a job after
 * it was accepted are found in the job's `error` instead. `retryable` says whether sending the same request again can help.
 */
export interface ErrorFacts {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 416 | 422 | 429 | 500 | 503;
  readonly retryable: boolean;
}

const facts = (status: ErrorFacts['status'], retryable = false): ErrorFacts => ({ status, retryable });

export const errorCodes = {
  INVALID_REQUEST: facts(422),
  MODEL_NOT_FOUND: facts(400),
  LORA_FILE_REQUIRED: facts(400),
  LORA_NOT_FOUND: facts(400),
  LORA_INVALID: facts(400),
  LORA_INCOMPATIBLE: facts(400),
  LORA_DOWNLOAD_FAILED: facts(400, true),
  SINGLE_LORA_ONLY: facts(400),
  TOO_MANY_LORAS: facts(400),
  MOE_FORMAT_REQUIRED: facts(400),
  MOE_FORMAT_NOT_SUPPORTED: facts(400),
  SINGLE_MOE_CONFIG_ONLY: facts(400),
  PROMPT_INVALID: facts(400),
  CONTROL_IMAGE_REQUIRED: facts(400),
  CONTROL_IMAGE_INVALID: facts(400),
  WEBHOOK_INVALID: facts(400),
  SIZE_INVALID: facts(400),
  REQUEST_NOT_FOUND: facts(404),
  OUTPUT_NOT_FOUND: facts(404),
  KEY_NOT_FOUND: facts(404),
  TRAINED_MODEL_NOT_FOUND: facts(404),
  EPOCH_NOT_FOUND: facts(404),
  ASSET_NOT_FOUND: facts(404),
  UPLOAD_NOT_FOUND: facts(404),
  SHEET_NOT_FOUND: facts(404),
  NOT_FOUND: facts(404),
  METHOD_NOT_ALLOWED: facts(405),
  UNSUPPORTED_MEDIA_TYPE: facts(415),
  UNAUTHORIZED: facts(401),
  FORBIDDEN: facts(403),
  PAYLOAD_TOO_LARGE: facts(413),
  RANGE_NOT_SATISFIABLE: facts(416),
  IDEMPOTENCY_CONFLICT: facts(409),
  REQUEST_UNFINISHED: facts(409),
  SHEET_CONFLICT: facts(409),
  REGISTRY_CONFLICT: facts(409),
  REGISTRY_GONE: facts(410),
  IMPORT_INVALID: facts(422),
  VERIFICATION_INVALID: facts(422),
  RATE_LIMITED: facts(429, true),
  QUEUE_FULL: facts(429, true),
  ENGINE_UNAVAILABLE: facts(503, true),
  MODEL_FILES_MISSING: facts(503, true),
  MODEL_LOAD_FAILED: facts(500),
  MODEL_TOO_LARGE: facts(503),
  OUT_OF_MEMORY: facts(500, true),
  RENDER_FAILED: facts(500),
  CONTENT_FLAGGED: facts(500),
  DATASET_INVALID: facts(400),
  TRAINING_SET_FULL: facts(400),
  TRAINING_UNSUPPORTED: facts(400),
  CAPTIONS_UNAVAILABLE: facts(503, true),
  TRAINING_NOT_FOUND: facts(404),
  TRAINING_DIVERGED: facts(500),
  TRAINING_FAILED: facts(500),
  ENGINE_CRASHED: facts(500, true),
  TIMEOUT: facts(500, true),
  STORAGE_FULL: facts(503, true),
  STORAGE_UNAVAILABLE: facts(503, true),
  DATABASE_UNAVAILABLE: facts(503, true),
  SHUTTING_DOWN: facts(503, true),
  INTERNAL: facts(500),
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(errorCodes, value);
}
