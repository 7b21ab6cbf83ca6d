import { SingleBar } from 'cli-progress';

/** Progress for people: a moving bar on a terminal, and a line at every quarter where the output is a file or a pipe. */
export interface ProgressBar {
  /** `value` of `total`; an empty note says nothing beside the bar. */
  update(value: number, total: number, note?: string): void;
  /** Removes the bar and leaves one line, such as how long it took. */
  done(line: string): void;
  /** Removes the bar and leaves nothing. */
  clear(): void;
}

type Output = NodeJS.WritableStream & { isTTY?: boolean };

/** A bar with a label of its own, on standard error so that standard output stays for results. */
export function createProgressBar(label: string, output: Output = process.stderr): ProgressBar {
  return output.isTTY === true ? terminalBar(label, output) : lineBar(label, output);
}

function terminalBar(label: string, stream: Output): ProgressBar {
  const bar = new SingleBar({
    stream,
    format: `${label.padEnd(10)} {bar} {percentage}%  {note}`,
    barsize: 28,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
  });
  bar.start(1, 0, { note: '' });
  return {
    update(value, total, note = '') {
      bar.setTotal(Math.max(total, 1));
      bar.update(Math.min(value, total), { note });
    },
    done(line) {
      bar.stop();
      stream.write(`${label.padEnd(10)} ${line}\n`);
    },
    clear: () => bar.stop(),
  };
}

function lineBar(label: string, stream: Output): ProgressBar {
  let quarter = 0;
  return {
    update(value, total, note = '') {
      const reached = Math.floor((4 * value) / Math.max(total, 1));
      if (reached <= quarter || reached >= 4) return;
      quarter = reached;
      stream.write(`${label.padEnd(10)} ${reached * 25}%  ${note}\n`);
    },
    done(line) {
      stream.write(`${label.padEnd(10)} ${line}\n`);
    },
    clear: () => {},
  };
}
