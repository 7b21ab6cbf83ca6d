/** The answers that /docs shows. A test holds them against the schemas that they illustrate. */

const id = '01KB0T5M7Q8WZ3X9Y2R4V6N8PA';
const origin = 'http://localhost:8000';
const created_at = '2026-01-31T12:00:00.000Z';
const links = {
  status_url: `${origin}/v1/requests/${id}/status`,
  result_url: `${origin}/v1/requests/${id}/result`,
};
const noFailure = { error: null, error_code: null, error_details: null };

export const acceptedExample = {
  request_id: id,
  status: 'queued',
  ...links,
  created_at,
  events_url: `${origin}/v1/requests/${id}/events`,
  cancel_url: `${origin}/v1/requests/${id}/cancel`,
  position: 1,
  warnings: [],
};

export const statusExample = {
  request_id: id,
  model: 'flux',
  status: 'in_progress',
  created_at,
  started_at: '2026-01-31T12:00:01.000Z',
  finished_at: null,
  ...noFailure,
  progress: {
    phase: 'denoising',
    prompt: 0,
    prompts: 1,
    step: 7,
    total: 25,
    fraction: 0.28,
    position: null,
    eta_seconds: 6.4,
  },
  warnings: [],
};

export const resultExample = {
  request_id: id,
  model: 'flux',
  status: 'succeeded',
  created_at,
  started_at: '2026-01-31T12:00:01.000Z',
  finished_at: '2026-01-31T12:00:11.000Z',
  ...noFailure,
  outputs: {
    images: [
      {
        format: 'jpeg',
        index: 0,
        width: 1024,
        height: 1024,
        seed: 42,
        network_multipliers: [1],
        file_path: `/srv/darkroom/outputs/${id}/${id}_output_0.jpg`,
        url: `${origin}/v1/requests/${id}/outputs/0`,
        bytes: 412_345,
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      },
    ],
    videos: [],
  },
  metadata: {
    model: 'flux',
    base_model: 'black-forest-labs/FLUX.1-dev',
    revision: 'main',
    inference_time: 9.1,
    timings: { load_pipeline: 0, apply_loras: 0.4, prompts: [{ index: 0, seconds: 9.1 }] },
    versions: { torch: '2.13.0', diffusers: '0.40.0' },
    loras: [
      {
        path: 'my_lora.safetensors',
        sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
        network_multiplier: 1,
      },
    ],
  },
  warnings: [],
};

const error = {
  code: 'MODEL_NOT_FOUND',
  message: 'There is no model "fluks". Did you mean "flux"? Supported: demo, flux, sdxl.',
  details: { supported: ['demo', 'flux', 'sdxl'], nearest: 'flux' },
};

export const errorExample = { error, detail: { ...error, error } };
