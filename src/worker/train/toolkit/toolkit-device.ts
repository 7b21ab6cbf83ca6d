import type { EngineStatus } from '../../../engines/engine.ts';

/**
 * The one device that a process is to see, in torch's words and as variables of its environment. Devices are counted as this process
 * counts them, which may itself see only some.
 */
export function chooseDevice(
  name: string,
  { device }: Pick<EngineStatus, 'device'>,
  environment: Record<string, string | undefined>,
): { device: string; variables: Record<string, string> } {
  const kind = name === 'auto' ? (device?.type ?? 'cuda') : name.split(':')[0];
  if (kind === 'cpu') return { device: 'cpu', variables: { CUDA_VISIBLE_DEVICES: '' } };
  if (kind === 'mps') return { device: 'mps', variables: {} };
  const [, number] = name.split(':');
  if (number === undefined) return { device: 'cuda', variables: {} };
  const seen = environment.CUDA_VISIBLE_DEVICES;
  const own = seen === undefined || seen === '' ? number : seen.split(',')[Number(number)];
  return { device: 'cuda', variables: { CUDA_VISIBLE_DEVICES: own?.trim() ?? number } };
}
