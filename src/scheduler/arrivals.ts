/**
 * Which jobs have waited too long, by a clock that never jumps. A job's number says when it was accepted in relation to others, so
 * it is enough to note now and then how far the numbers had come: a job has waited at least since the first note that reaches its
 * number. Times that are stored with jobs are not asked: the clock of the machine may have been set since.
 */
export interface Arrivals {
  /** Jobs up to this number exist. */
  saw(number: number): void;
  /** Jobs up to this number have waited longer than the bound; 0 when none has. */
  overdueUpTo(): number;
}

/** Notes closer than this are one. */
const resolutionSeconds = 0.5;

/** `seconds`: a clock that never jumps. */
export function createArrivals(seconds: () => number, boundSeconds: number): Arrivals {
  /** Both grow. */
  const notes: { number: number; at: number }[] = [];
  let overdue = 0;
  return {
    saw: (number) => {
      const at = seconds();
      const last = notes.at(-1);
      if (number <= (last?.number ?? overdue)) return;
      if (last !== undefined && at - last.at < resolutionSeconds) last.number = number;
      else notes.push({ number, at });
    },
    overdueUpTo: () => {
      const now = seconds();
      for (let [first] = notes; first !== undefined && now - first.at > boundSeconds; [first] = notes) {
        overdue = first.number;
        notes.shift();
      }
      return overdue;
    },
  };
}
