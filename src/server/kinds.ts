/**
 * The kinds of work that Darkroom does: what is stored of each, and who runs it. A new kind is a new row here; the rest knows
 * that a job has a kind, and not which there are.
 */
import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import type { ObserveRender } from '../engines/render-facts.ts';
import type { ArtifactStore } from '../files/artifact-store.ts';
import type { EncodeFrame } from '../files/encode/encode-frame.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import {
  type RenderResult,
  renderFacts,
  renderResultSchema,
  type StoredRender,
  storedRenderSchema,
} from '../render/stored-render.ts';
import type { KindRunner } from '../worker/kind-runner.ts';
import { createRenderRunner } from '../worker/render/render-runner.ts';

/** What runners are made from. */
export interface RunnerParts {
  artifacts: ArtifactStore;
  encode: EncodeFrame;
  config: Config;
  observeRender: ObserveRender;
}

export type WorkKind<Task = unknown, Result = unknown> = JobKind<Task, Result> & Running<Task>;

type Running<Task> =
  /** Its jobs wait for each other at a device, and for the engine of that. */
  | { needsDevice: true; createRunner(parts: RunnerParts, engine: Engine): KindRunner<Task> }
  /** Its jobs run beside all others. */
  | { needsDevice: false; createRunner(parts: RunnerParts): KindRunner<Task> };

/** By the name that jobs carry. */
export type WorkKinds = Readonly<Record<string, WorkKind>>;

const render: WorkKind<StoredRender, RenderResult> = {
  task: storedRenderSchema,
  result: renderResultSchema,
  facts: renderFacts,
  needsDevice: true,
  createRunner: (parts, engine) => createRenderRunner({ ...parts, engine }),
};

export const kinds = { render } as const satisfies WorkKinds;
