import { expect, test } from 'vitest';
import { childEnvironment } from './child-environment.ts';

const options = { modelCache: undefined, offline: false };

test.each([
  'HF_TOKEN',
  'HUGGING_FACE_HUB_TOKEN',
  'CIVITAI_API_KEY',
  'API_KEYS',
  'api_keys',
  'DATABASE_URL',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'PGPASSWORD',
  'SMTP_PASSWD',
  'CLIENT_SECRET',
  'SENTRY_DSN',
  'GOOGLE_APPLICATION_CREDENTIALS',
])('%s does not reach a Python process', (name) => {
  expect(childEnvironment({ [name]: 'x', PATH: '/bin' }, options)).not.toHaveProperty(name);
});

test.each([
  'PATH',
  'HOME',
  'LD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
  'PYTORCH_CUDA_ALLOC_CONF',
  'HF_HOME',
  'HTTPS_PROXY',
  'KEYBOARD',
])('%s does', (name) => {
  expect(childEnvironment({ [name]: 'x' }, options)).toHaveProperty(name, 'x');
});

test('the hub is off and its cache moved only where asked', () => {
  const open = childEnvironment({ HF_HUB_CACHE: '/theirs' }, options);
  expect(open.HF_HUB_CACHE).toBe('/theirs');
  expect(open).not.toHaveProperty('HF_HUB_OFFLINE');
  expect(childEnvironment({ HF_HUB_CACHE: '/theirs' }, { modelCache: '/ours', offline: true })).toMatchObject(
    {
      HF_HUB_CACHE: '/ours',
      HF_HUB_OFFLINE: '1',
    },
  );
});
