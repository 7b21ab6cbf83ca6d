import { readFileSync } from 'node:fs';
import { pipProgress, pipStart } from './pip-progress.ts';
import { runLines } from './run-lines.ts';
import { SetupError } from './setup-error.ts';

/** Shows how far a step is. */
export interface StepProgress {
  update(value: number, total: number, note: string): void;
  /** The step is over, well or not; `note` says how. */
  done(note: string): void;
}

export interface PipInstall {
  python: string;
  /** Name on the progress bar. */
  label: string;
  requirements: string[];
  /** More arguments, such as an index. */
  extra: string[];
  log: string;
  progress: (label: string) => StepProgress;
}

/** `pip install` with one progress bar. Throws SetupError with the remedy; the whole output stays in `log`. */
export async function pipInstall(install: PipInstall): Promise<void> {
  const { python, label, requirements, extra, log, progress } = install;
  const bar = progress(label);
  const started = performance.now();
  let state = pipStart;
  const args = [
    '-m',
    'pip',
    'install',
    '--no-input',
    '--disable-pip-version-check',
    ...extra,
    ...requirements,
  ];
  const code = await runLines(python, args, {
    log,
    onLine: (line) => {
      state = pipProgress(state, line);
      bar.update(state.value, state.total, state.note);
    },
  });
  if (code !== 0) {
    bar.done('failed');
    throw new SetupError(explainPip(readFileSync(log, 'utf8'), log));
  }
  bar.done(`installed in ${Math.round((performance.now() - started) / 1000)} s`);
}

/** What went wrong in pip's output and what to do about it. */
export function explainPip(output: string, log: string): string {
  const last = output.slice(output.lastIndexOf('\n$ '));
  const where = `The whole output is in ${log}`;
  if (/No space left on device|Errno 28/.test(last))
    return `The disk is full. Free some space and try again. ${where}`;
  if (/certificate verify failed/i.test(last)) {
    return `The package index answers with a certificate that Python does not trust (a proxy?). Set PIP_CERT. ${where}`;
  }
  if (
    /NewConnectionError|ConnectTimeout|Temporary failure in name resolution|Read timed out|Network is unreachable/.test(
      last,
    )
  ) {
    return `The package index cannot be reached. Check the network (or PIP_INDEX_URL, HTTPS_PROXY) and try again. ${where}`;
  }
  // pip says the same whether the index does not answer or has nothing for this Python.
  const absent = /No matching distribution found for (\S+)/.exec(last);
  if (absent !== null) {
    return (
      `The package index gave no build of ${absent[1]}. Either it cannot be reached (check the network, PIP_INDEX_URL and ` +
      'HTTPS_PROXY), or it has none for this Python and platform (try Python 3.11 to 3.13, or set DARKROOM_PYTHON to an ' +
      `interpreter that has torch and diffusers). ${where}`
    );
  }
  return `pip failed. ${where}; its last lines:\n${last.trim().split('\n').slice(-6).join('\n')}`;
}
