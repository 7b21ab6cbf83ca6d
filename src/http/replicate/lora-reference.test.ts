import { describe, expect, test } from 'vitest';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { readLoraReference } from './lora-reference.ts';

const version = 'a'.repeat(64);

describe('a LoRA is named', () => {
  test.each<[reference: string, found: object]>([
    ['https://huggingface.co/me/repo/', { path: 'hf:me/repo' }],
    ['huggingface.co/me/repo', { path: 'hf:me/repo' }],
    ['huggingface.co/me/repo/sub/lora.safetensors', { path: 'hf:me/repo/sub/lora.safetensors' }],
    [
      'https://huggingface.co/me/repo/blob/main/lora.safetensors',
      { path: 'https://huggingface.co/me/repo/resolve/main/lora.safetensors' },
    ],
    ['https://civitai.com/models/12/some-name/', { kind: 'civitai', model: '12' }],
    ['civitai.com/models/12', { kind: 'civitai', model: '12' }],
    ['civitai.com/models/12?modelVersionId=3', { path: 'https://civitai.com/api/download/models/3' }],
    [
      'civitai.com/api/download/models/3?type=Model',
      { path: 'https://civitai.com/api/download/models/3?type=Model' },
    ],
    ['https://a.test/x.safetensors?token=1', { path: 'https://a.test/x.safetensors?token=1' }],
    ['me/tok', { kind: 'model', model: 'me/tok', version: null }],
    ['https://replicate.com/me/tok/', { kind: 'model', model: 'me/tok', version: null }],
    [`me/tok:${version}`, { kind: 'model', model: 'me/tok', version }],
    [`replicate.com/me/tok/versions/${version}`, { kind: 'model', model: 'me/tok', version }],
    [`https://replicate.com/me/tok/${version}`, { kind: 'model', model: 'me/tok', version }],
    ['https://replicate.delivery/x/trained_model.tar', { kind: 'archive' }],
    ['data:application/x-tar;base64,AAAA', { kind: 'data' }],
    ['demo/neon.safetensors', { path: 'demo/neon.safetensors' }],
  ])('%s', (reference, found) => {
    expect(readLoraReference(reference, 'extra_lora')).toMatchObject(found);
  });

  test.each<[reference: string, why: RegExp]>([
    ['civitai.com/models/name', /CivitAI/],
    ['huggingface.co/me', /Hugging Face/],
    ['??', /Not a LoRA/],
    ['https://a.test/x.bin', /Not a LoRA/],
    [`me/tok:${'a'.repeat(63)}`, /Not a LoRA/],
  ])('but not %s', (reference, why) => {
    expect(() => readLoraReference(reference, 'extra_lora')).toThrow(DarkroomError);
    expect(() => readLoraReference(reference, 'extra_lora')).toThrow(why);
  });
});
