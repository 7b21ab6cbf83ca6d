/**
 * How long jobs have waited, by a clock that never jumps. A job's number says when it was accepted in relation to others, so it
 * is enough to note now and then how far the numbers had come: a job has waited at least since the first note that reaches its
 * number. Times that are stored with jobs are not asked: the clock of the machine may have been set since.
 */
export interface Arrivals {
  /** Jobs up to this number exist. */
  saw(number: number): void;
  /** At least so long; 0 for one that is seen for the first time. */
  waitedSeconds(number: number): number;
}

/** Notes closer than this are one. */
const resolutionSeconds = 0.5;

/** `seconds`: a clock that never jumps. Waits longer than `longestSeconds` are all told as at least that long. */
export function createArrivals(seconds: () => number, longestSeconds: number): Arrivals {
  /** Both grow. */
  const notes: { number: number; at: number }[] = [];

  function saw(number: number): void {
    const at = seconds();
    const last = notes.at(-1);
    if (last !== undefined && number <= last.number) return;
    if (last !== undefined && at - last.at < resolutionSeconds) last.number = number;
    else notes.push({ number, at });
    // The first note that is old enough answers for all before it.
    while (notes[1] !== undefined && at - notes[1].at > longestSeconds) notes.shift();
  }

  return {
    saw,
    waitedSeconds: (number) => {
      saw(number);
      const first = notes.find((note) => note.number >= number);
      return first === undefined ? 0 : seconds() - first.at;
    },
  };
}
