import { expect, test } from 'vitest';
import { cpuIndex, type TorchSources, torchArguments } from './torch-index.ts';

const laptop: TorchSources = {
  platform: 'linux',
  hasNvidia: async () => false,
  defaultWheel: async () => 'torch-2.13.0-cp311-none-manylinux.whl',
  isReachable: async () => true,
};

test('a Linux machine without an NVIDIA GPU takes the CPU build', async () => {
  expect(await torchArguments(laptop)).toEqual(['--index-url', cpuIndex]);
});

test('a machine with a GPU takes what pip takes', async () => {
  expect(await torchArguments({ ...laptop, hasNvidia: async () => true })).toEqual([]);
});

test('macOS and Windows have no CUDA build on the default index', async () => {
  expect(await torchArguments({ ...laptop, platform: 'darwin' })).toEqual([]);
});

test('pip that already finds a CPU build is left alone', async () => {
  const defaultWheel = async () => 'torch-2.13.0+cpu-cp311.whl';
  expect(await torchArguments({ ...laptop, defaultWheel })).toEqual([]);
});

test('where the CPU index is out of reach, the default is better than nothing', async () => {
  expect(await torchArguments({ ...laptop, isReachable: async () => false })).toEqual([]);
});
