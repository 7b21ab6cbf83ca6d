/**
 * The jobs of this Darkroom: accepted durably, run once, told about while they live. Any number of processes may open the
 * jobs of one Postgres; what one does the others hear of.
 */
import type { Logger } from 'pino';
import type { Database, Queries } from '../database/database.ts';
import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import { storageFailure } from '../errors/storage-failure.ts';
import { createArrivals } from '../scheduler/arrivals.ts';
import { cancelJob } from './changes/cancel-job.ts';
import { holdJob, unholdJob } from './changes/hold-job.ts';
import { removeFinishedJobs } from './changes/remove-finished-jobs.ts';
import {
  learnTask,
  type RunningEvent,
  recordEpoch,
  recordOutput,
  reportEvent,
  type Standing,
  watchStanding,
} from './changes/report-job.ts';
import { failJob, finishCanceledJob, finishJob, type JobEnding, releaseJob } from './changes/settle-job.ts';
import { watchDeadlines } from './changes/watch-deadlines.ts';
import type { Job, JobOutput, JobState, NewJob, OutputNote } from './job.ts';
import type { JobEpoch, JobEvent } from './job-event.ts';
import { type JobKinds, keptKinds } from './job-kind.ts';
import type { ReleaseReason } from './job-machine.ts';
import { openJobSignals } from './job-signals.ts';
import type { JobsConfig, JobsContext } from './jobs-context.ts';
import { closeBoss, openBoss } from './outbox/open-boss.ts';
import { openWebhookOutbox, type WebhookOutbox } from './outbox/webhook-outbox.ts';
import { type Accepted, acceptJobs, acceptTogether } from './queue/accept-jobs.ts';
import { keepLine } from './queue/cached-positions.ts';
import { type Claimed, type ClaimRequest, claimJobs } from './queue/claim-jobs.ts';
import { findReplays, freeIdempotencyKey, idempotencyName, replayOf } from './queue/find-replays.ts';
import { groupCalls } from './queue/group-calls.ts';
import { watchPositions } from './queue/position-watch.ts';
import {
  countJobs,
  othersWait,
  type QueueCounts,
  type QueueDepth,
  queueDepth,
} from './reading/count-jobs.ts';
import { countRuns, type RunsAsked } from './reading/count-runs.ts';
import { eventFeed, type FeedPage, type FeedRequest } from './reading/event-feed.ts';
import { type FileUse, filesInUse, fileUse, outputBytes } from './reading/files-of-jobs.ts';
import { findEvent, jobEventStream } from './reading/job-event-stream.ts';
import {
  findByRecipe,
  findOutputs,
  listOutputs,
  markOutput,
  type OutputFilter,
  type OutputMarks,
  type OutputName,
  type OutputPage,
  type OutputRecord,
  removeOutput,
} from './reading/list-outputs.ts';
import {
  findJob,
  findResult,
  findStates,
  type JobPage,
  type ListFilter,
  listJobs,
} from './reading/read-jobs.ts';
import { type JobStatus, readStatuses } from './reading/read-statuses.ts';
import { keepOwnership, type Ownership } from './recovery/keep-ownership.ts';
import { watchOwners } from './recovery/owner-registry.ts';
import { recoverJobs } from './recovery/recover-jobs.ts';
import { openFailureBell, openWebhookBell, openWorkBell, readWorkNews, type WorkBell } from './work-bell.ts';

export interface Jobs {
  /** Names of the kinds of work that there are. */
  kinds: readonly string[];
  /** Resolves when the job is on disk. Throws QUEUE_FULL, IDEMPOTENCY_CONFLICT, STORAGE_FULL and DATABASE_UNAVAILABLE. */
  accept(job: NewJob): Promise<Accepted>;
  /** All or none, in one transaction with what `beside` writes; see `accept-jobs.ts`. */
  acceptTogether(group: readonly NewJob[], beside: (transaction: Queries) => Promise<void>): Promise<void>;
  /** The job that was accepted under this idempotency key, or null. Throws IDEMPOTENCY_CONFLICT. */
  replay(request: Pick<NewJob, 'keyId' | 'idempotency'>): Promise<Accepted | null>;
  /** See `find-replays.ts`. */
  freeIdempotencyKey(id: string): Promise<void>;
  get(id: string): Promise<Job | null>;
  /** What a job that has succeeded has as its result, as its kind stores it; null for any other. */
  result(id: string): Promise<unknown>;
  list(filter: ListFilter): Promise<JobPage>;
  /** See `cancel-job.ts`. */
  cancel(id: string): Promise<Job>;
  /** Keep a waiting job from being taken. False when it does not wait: then its runner has to be told. */
  hold(id: string): Promise<boolean>;
  /** Let a held job be taken again. False when it is not held. */
  unhold(id: string): Promise<boolean>;
  /** See `job-event-stream.ts`. */
  events(id: string, afterSequence: number, signal: AbortSignal): AsyncIterable<JobEvent>;
  /** See `event-feed.ts`. */
  feed(asked: FeedRequest, signal: AbortSignal): AsyncIterable<FeedPage>;
  /** States of those of these jobs that exist. */
  states(ids: readonly string[]): Promise<Map<string, JobState>>;
  /** What a client asks for again and again while it waits; null when there is no such job. */
  status(id: string): Promise<JobStatus | null>;
  /** See `list-outputs.ts`. */
  outputs: JobOutputs;
  counts(): Promise<QueueCounts>;
  depth(): Promise<QueueDepth>;
  /** Remove up to so many jobs that ended before a moment, oldest first, when `removeFiles` has resolved for each. */
  removeFinished(before: Date, limit: number, removeFiles: (id: string) => Promise<void>): Promise<number>;
  /** Bytes of the files of one job, or of all that are kept. */
  outputBytes(job?: string): Promise<number>;
  /** SHA-256 of the files that waiting and running jobs need, as far as they are known. */
  filesInUse(): Promise<Set<string>>;
  /** How jobs use these files, by SHA-256; one that no job knows is missing. */
  fileUse(hashes: readonly string[]): Promise<Map<string, FileUse>>;
  /** See `count-runs.ts`. */
  runs(kind: string, asked: RunsAsked): Promise<Map<string, number>>;
  /** One stored event, or null. */
  event(id: string, sequence: number): Promise<JobEvent | null>;
  /** What webhooks are to be told; the bell rings when there may be something to take. */
  webhooks: WebhookOutbox & { bell: WorkBell };
  /** Rings when a job has failed. */
  failures: WorkBell;
  /** For workers. What they answer of a job that this process does not hold (any more) is `lost` or false. */
  work: JobWork;
  /** Stop looking after things. Running jobs have to be released before. The database stays open. */
  close(): Promise<void>;
}

export interface JobOutputs {
  /** Throws INVALID_REQUEST for a cursor that no page gave out. */
  list(filter: OutputFilter): Promise<OutputPage>;
  /** Those of these that there are, in any order. */
  find(names: readonly OutputName[]): Promise<OutputRecord[]>;
  /** The newest output for each of these names of how one is made, made for this API key; absent: for any. */
  findByRecipe(recipeKey: readonly string[], keyId?: string | null): Promise<Map<string, OutputName>>;
  mark(name: OutputName, marks: OutputMarks): Promise<void>;
  /** When its file is gone. False while its job has not ended. */
  remove(name: OutputName): Promise<boolean>;
}

export interface JobWork {
  /** The next jobs, all of one kind and queue; see `claim-jobs.ts`. */
  claim(request: ClaimRequest): Promise<Claimed>;
  /** Rings when there may be something of these kinds to claim. */
  bell(kinds: readonly string[]): WorkBell;
  /** Call back when the job is to be stopped: a client canceled it, or another process has it. Returns how to end it. */
  onStop(id: string, callback: (standing: Exclude<Standing, 'running'>) => void): () => void;
  report(id: string, event: RunningEvent): Promise<Standing>;
  recordOutput(id: string, output: JobOutput, note?: OutputNote): Promise<Standing>;
  recordEpoch(transaction: Queries, id: string, epoch: JobEpoch): Promise<Standing>;
  /** Whether a job of another kind waits that is at least so urgent. */
  othersWait(kind: string, priority: number): Promise<boolean>;
  /** See `report-job.ts`. */
  learn(id: string, known: Pick<NewJob, 'task' | 'needs'>): Promise<void>;
  finish(id: string, ending: JobEnding): Promise<boolean>;
  fail(id: string, error: ErrorBody, warnings?: readonly Sentence[]): Promise<boolean>;
  finishCanceled(id: string): Promise<boolean>;
  release(id: string, reason: ReleaseReason, detail?: string): Promise<boolean>;
}

/** Jobs that are accepted, or looked up, by one statement. */
const largestGroup = 500;

/** Jobs that a dead process left running are back in the queue when this resolves. The caller closes the database. */
export async function openJobs(options: {
  database: Database;
  kinds: JobKinds;
  config: JobsConfig;
  clock: () => Date;
  /** A clock that never jumps. */
  seconds?: () => number;
  newId: () => string;
  log: Logger;
}): Promise<Jobs> {
  const { database, kinds, config, clock, log, seconds = () => performance.now() / 1000 } = options;
  const boss = await openBoss(database, log);
  const outbox = await openWebhookOutbox(boss, database);
  const signals = await openJobSignals(database);
  const owner = options.newId();
  const line = keepLine({ database, signals, limit: config.MAX_QUEUE, seconds });
  const arrivals = createArrivals(seconds, config.MODEL_SWITCH_SECONDS);
  signals.subscribe('work', '', (news) => arrivals.saw(readWorkNews(news).newest));
  const context: JobsContext = {
    database,
    kinds,
    signals,
    line,
    arrivals,
    config,
    clock,
    seconds,
    owner,
    log,
    owners: watchOwners(database, owner, seconds),
  };
  await recoverJobs(context);
  const positions = watchPositions(context);
  const ownership = keepOwnership(context);
  const deadlines = watchDeadlines(context);
  const accept = groupCalls((group: NewJob[]) => acceptJobs(context, group), largestGroup);
  const status = groupCalls((ids: string[]) => readStatuses(context, ids), largestGroup);
  const { queries } = database;
  return {
    kinds: Object.keys(kinds),
    accept: (job) =>
      accept(job).then(
        (accepted) => {
          if (job.cancelAt) deadlines.saw(job.cancelAt);
          return accepted;
        },
        (error: unknown) => {
          throw storageFailure(error) ?? error;
        },
      ),
    acceptTogether: (group, beside) =>
      acceptTogether(context, group, beside).catch((error: unknown) => {
        throw storageFailure(error) ?? error;
      }),
    replay: async (request) => {
      const replay = (await findReplays(context, [request])).get(idempotencyName(request));
      return replay === undefined ? null : { ...replayOf(request, replay), replayed: true };
    },
    freeIdempotencyKey: (id) => freeIdempotencyKey(queries, id),
    get: (id) => findJob(context, id),
    result: (id) => findResult(queries, id),
    list: (filter) => listJobs(context, filter),
    cancel: (id) => cancelJob(context, id),
    hold: (id) => holdJob(context, id),
    unhold: (id) => unholdJob(context, id),
    events: (id, after, signal) => jobEventStream(context, positions, id, after, signal),
    feed: (asked, signal) => eventFeed(context, asked, signal),
    states: (ids) => findStates(queries, ids),
    status,
    outputs: {
      list: (filter) => listOutputs(queries, filter),
      find: (names) => findOutputs(queries, names),
      findByRecipe: (recipeKey, keyId) => findByRecipe(queries, recipeKey, keyId),
      mark: (name, marks) => markOutput(queries, name, marks),
      remove: (name) => removeOutput(queries, name),
    },
    counts: () => countJobs(queries, clock()),
    depth: () => queueDepth(database),
    removeFinished: (before, limit, removeFiles) =>
      removeFinishedJobs(queries, { before, limit, kept: keptKinds(kinds) }, removeFiles),
    outputBytes: (job) => outputBytes(queries, job),
    filesInUse: () => filesInUse(queries),
    fileUse: (hashes) => fileUse(queries, hashes),
    runs: (kind, asked) => countRuns(queries, kind, asked),
    event: (id, sequence) => findEvent(queries, id, sequence),
    webhooks: { ...outbox, bell: openWebhookBell(signals) },
    failures: openFailureBell(signals),
    work: jobWork(context, ownership),
    close: async () => {
      positions.stop();
      await deadlines.stop();
      await ownership.stop();
      await closeBoss(boss);
    },
  };
}

function jobWork(context: JobsContext, ownership: Ownership): JobWork {
  return {
    claim: async (request) => {
      await ownership.begin();
      return claimJobs(context, request);
    },
    bell: (kinds) => openWorkBell(context.signals, kinds),
    onStop: (id, callback) => watchStanding(context, id, callback),
    report: (id, event) => reportEvent(context, id, event),
    recordOutput: (id, output, note) => recordOutput(context, id, output, note),
    recordEpoch: (transaction, id, epoch) => recordEpoch(context, transaction, id, epoch),
    othersWait: (kind, priority) => othersWait(context.database.queries, kind, priority),
    learn: (id, known) => learnTask(context, id, known),
    finish: (id, ending) => finishJob(context, id, ending),
    fail: (id, error, warnings) => failJob(context, id, error, warnings),
    finishCanceled: (id) => finishCanceledJob(context, id),
    release: (id, reason, detail) => releaseJob(context, id, reason, detail),
  };
}
