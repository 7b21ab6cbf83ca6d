/** One server process, from its start to its death. Moments are milliseconds since 1970, as in the events of the jobs. */
export interface Life {
  spawnedAt: number;
  /** When it said that it listens; null when it was dead before. */
  listeningAt: number | null;
  /** When its first engine was seen ready; null when it was dead before. */
  engineReadyAt: number | null;
  diedAt: number;
}

/** The lives of all servers on one data folder, in order, and the moments when their engines were killed. */
export interface Chronicle {
  lives: Life[];
  engineKills: number[];
}

/** Number of the life in which something happened. */
export function lifeAt({ lives }: Chronicle, moment: number): number {
  return lives.findLastIndex(({ spawnedAt }) => spawnedAt <= moment);
}
