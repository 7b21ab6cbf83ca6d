/**
 * A kind of work, as far as the jobs layer knows it: the shapes of what is stored for it, and what can be told of it without
 * knowing what it is. What is done for it is the worker's matter; both are given a table of all kinds by whoever opens them, so
 * that a new kind is a new row there and nothing here.
 */
import type { z } from 'zod';

export interface JobKind<Task = unknown, Result = unknown> {
  /** What is to be done: the column `task`. */
  readonly task: z.ZodType<Task>;
  /** What is told of a job that has succeeded: the column `result`. */
  readonly result: z.ZodType<Result>;
  /** Retention leaves its jobs alone: something that is kept refers to them. */
  readonly isKept?: boolean;
  /** `result` is null while the job has not succeeded. */
  facts(task: Task, result: Result | null): JobFacts;
}

/** All kinds, by name. A row of the database is read by the one that it names, so each is only given its own tasks. */
export type JobKinds = Readonly<Record<string, JobKind>>;

/** What clients are told of a job of any kind: what it is made with, and what it took. */
export interface JobFacts {
  checkpoint: { repository: string; revision: string };
  loras: JobLora[];
  timings: JobTimings | null;
  /** Name to version of what did it. */
  versions: Record<string, string>;
  /** Version of a model of the registry that came of it. Absent: none has yet, or none comes of its kind. */
  made?: { model: string; version: string };
}

export interface JobLora {
  path: string;
  /** Null until it has been downloaded, where its host tells none. */
  sha256: string | null;
  scale: number;
}

/** Seconds of the attempt that ended it. */
export interface JobTimings {
  load_pipeline: number;
  adapters: number;
  render: number;
}

/** Names of the kinds whose jobs retention leaves alone. */
export const keptKinds = (kinds: JobKinds): string[] =>
  Object.entries(kinds).flatMap(([name, { isKept = false }]) => (isKept ? [name] : []));

/** Throws for a kind of a later version, or one that was taken out of the table while jobs of it are kept. */
export function kindNamed(kinds: JobKinds, name: string): JobKind {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined)
    throw new Error(`There is a job of the kind "${name}", which this version does not know.`);
  return kind;
}
