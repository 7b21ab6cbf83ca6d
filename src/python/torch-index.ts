import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where PyTorch publishes its builds without CUDA. */
export const cpuIndex = 'https://download.pytorch.org/whl/cpu';

export interface TorchSources {
  platform: NodeJS.Platform;
  hasNvidia: () => Promise<boolean>;
  /** File name of the torch wheel that plain pip would take here; null when pip cannot tell. */
  defaultWheel: () => Promise<string | null>;
  isReachable: (url: string) => Promise<boolean>;
}

/**
 * Extra pip arguments for torch. The default index has the CUDA build for Linux, three gigabytes that a machine without an
 * NVIDIA GPU cannot use. So there, unless pip is set up to find a CPU build by itself, the CPU builds' own index is asked;
 * where that cannot be reached, the CUDA build is taken after all: it works on a CPU too.
 */
export async function torchArguments(sources: TorchSources): Promise<string[]> {
  if (sources.platform !== 'linux' || (await sources.hasNvidia())) return [];
  const wheel = await sources.defaultWheel();
  if (wheel?.includes('cpu') === true) return [];
  return (await sources.isReachable(cpuIndex)) ? ['--index-url', cpuIndex] : [];
}

/** The sources as they are on this machine. */
export function machineTorchSources(python: string, requirement: string): TorchSources {
  const run = promisify(execFile);
  return {
    platform: process.platform,
    hasNvidia: () =>
      run('nvidia-smi', ['-L']).then(
        ({ stdout }) => stdout.includes('GPU'),
        () => false,
      ),
    defaultWheel: async () => {
      const args = [
        '-m',
        'pip',
        'install',
        '--dry-run',
        '--no-deps',
        '--quiet',
        '--report',
        '-',
        requirement,
      ];
      const found = await run(python, args, { timeout: 120_000, maxBuffer: 64 << 20 }).catch(() => null);
      return /[^/"\s]+\.whl/.exec(found?.stdout ?? '')?.[0] ?? null;
    },
    isReachable: (url) =>
      fetch(`${url}/`, { method: 'HEAD', signal: AbortSignal.timeout(5000) }).then(
        (answer) => answer.ok,
        () => false,
      ),
  };
}
