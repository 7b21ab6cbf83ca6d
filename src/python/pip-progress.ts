/**
 * pip knows how much is left only when it is done, so the bar counts packages: one for each that pip starts to collect,
 * out of a guess that grows when it was too low, and the last stretch for the installation.
 */
export interface PipProgress {
  value: number;
  total: number;
  note: string;
}

/** A guess of how many packages the pinned ones bring along, themselves included. */
const usualPackages = 55;

export const pipStart: PipProgress = { value: 0, total: usualPackages, note: 'asking the package index' };

/** The state after one line of pip's output. Lines that say nothing about progress change nothing. */
export function pipProgress(state: PipProgress, line: string): PipProgress {
  const collecting = /^Collecting ([\w.-]+)/.exec(line);
  if (collecting !== null) return step(state, `${collecting[1]}`);
  const downloading = /^\s*Downloading ([^\s/]+?)-\d\S* \((.+)\)/.exec(line);
  if (downloading !== null) return { ...state, note: `${downloading[1]} (${downloading[2]})` };
  const bytes = /^Progress (\d+) of (\d+)/.exec(line);
  if (bytes !== null) return { ...state, note: withPercent(state.note, Number(bytes[1]), Number(bytes[2])) };
  if (line.startsWith('Installing collected packages')) {
    return { ...state, value: Math.max(state.value, state.total - 5), note: 'unpacking' };
  }
  if (line.startsWith('Successfully installed')) return { ...state, value: state.total, note: '' };
  return state;
}

function step(state: PipProgress, note: string): PipProgress {
  const value = state.value + 1;
  return { value, total: Math.max(state.total, value + 5), note };
}

function withPercent(note: string, done: number, all: number): string {
  const percent = all === 0 ? 0 : Math.floor((100 * done) / all);
  return `${note.replace(/ \d+%$/, '')} ${percent}%`;
}
