import type { EnginePipeline } from '../render/engine-plan.ts';
import type { CheckpointFiles, DownloadCheckpoint } from './download-checkpoint.ts';
import type { PrepareTask } from './engine.ts';

export interface FetchCheckpoints {
  /** Download what the plan needs from the hub, reporting bytes as phase `downloading`. Throws what the download throws. */
  fetch(task: PrepareTask): Promise<void>;
  /** The engine did not find the files of this spec: look again the next time. */
  forget(spec: EnginePipeline): void;
}

/** Weights, configuration and tokenizers; not the same weights again as pickles. */
const componentFiles = ['*.safetensors', '*.json', '*.txt', '*.model', '*.jinja'];

/** Everything a spec needs from the hub: what has no folder on this machine. */
export function neededFiles(spec: EnginePipeline): CheckpointFiles[] {
  const { repository, revision, variant } = spec;
  const without = Object.keys(spec.components);
  const patterns = spec.assembled === true ? configurations(spec) : null;
  const own = spec.path === null ? [{ repository, revision, variant, patterns, without }] : [];
  const components = Object.values(spec.components).flatMap((source): CheckpointFiles[] => {
    if (source === null || source.path !== null) return [];
    const { repository, revision, subfolder, file } = source;
    const inFolder = subfolder === '' ? null : componentFiles.map((name) => `${subfolder}/${name}`);
    return [
      { repository, revision, variant: null, patterns: file === null ? inFolder : [file], without: [] },
    ];
  });
  return [...own, ...components];
}

/** The one file of a LoRA that a training needs. */
function adapterFiles({ adapter }: PrepareTask['plan']): CheckpointFiles[] {
  if (adapter === undefined) return [];
  const { repository, revision, file } = adapter;
  return [{ repository, revision, variant: null, patterns: [file], without: [] }];
}

/** Of components that are single files: what says how deep and wide they are. */
function configurations({ components }: EnginePipeline): string[] {
  const described = Object.entries(components).filter(
    ([, source]) => source !== null && source.file !== null,
  );
  return described.map(([name]) => `${name}/config.json`);
}

/** What was found once is not looked for again, so that a render of a known model starts no process. */
export function createFetchCheckpoints(
  download: DownloadCheckpoint,
  defaultToken: string | undefined,
): FetchCheckpoints {
  const present = new Set<string>();
  return {
    async fetch(task) {
      for (const files of [...neededFiles(task.plan.pipeline), ...adapterFiles(task.plan)]) {
        const key = JSON.stringify(files);
        if (present.has(key)) continue;
        await download(files, {
          token: task.hfToken ?? defaultToken ?? null,
          signal: task.signal,
          onProgress: (bytes, total) => reportBytes(task, bytes, total),
        });
        present.add(key);
      }
    },
    forget(spec) {
      for (const files of neededFiles(spec)) present.delete(JSON.stringify(files));
    },
  };
}

function reportBytes(task: PrepareTask, bytes: number, total: number | null): void {
  task.onReport({
    type: 'progress',
    job: task.job,
    call: null,
    phase: 'downloading',
    step: Math.round(bytes),
    // Until the hub has said how much there is, all that is known is what has come.
    total: Math.round(Math.max(total ?? 0, bytes)),
  });
}
