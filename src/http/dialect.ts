/**
 * A dialect is one API in front of the same core: its own paths, fields, credential, errors and webhooks. What it reads becomes
 * a `RenderRequest`; what it is told, problems and warnings included, is data that it puts its own words to.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../errors/codes.ts';
import type { ErrorBody } from '../errors/darkroom-error.ts';
import type { Job } from '../jobs/job.ts';
import type { JobEvent } from '../jobs/job-event.ts';
import type { WebhookEvent } from '../jobs/webhook.ts';
import type { HttpDependencies } from './dependencies.ts';
import type { CredentialForm, KeyCheck } from './kit/key-check.ts';
import type { Links } from './kit/links.ts';

export interface Dialect {
  /** Stored with each job that was sent in it. */
  readonly id: string;
  /** What the paths of its routes begin with: empty, or such as `/other`. */
  readonly prefix: string;
  readonly credential: CredentialForm;
  /** Whether a browser that has signed in may use it without a key: the page of this server speaks it. */
  readonly takesSessions?: true;
  /** Declares its routes, in a scope of its own. Each of them asks for a key by one of the checks of the kit. */
  routes(scope: FastifyInstance, parts: DialectParts): void;
  wordProblem(problem: ErrorBody): WordedProblem;
  /** What an OpenAPI document of its routes alone begins with. The first dialect is described with the system. */
  document?: DialectDocument;
  /** The responses of an OpenAPI operation that answers with these codes, where the API is described. */
  describeProblems?(...codes: ErrorCode[]): object;
  /** The body that a webhook is called with. */
  wordEvent(event: ToldEvent): object | Promise<object>;
}

export interface DialectDocument {
  title: string;
  /** Markdown. */
  description: string;
  tags: readonly (readonly [name: string, description: string])[];
  /** OpenAPI's word for how a key is carried. */
  securityScheme: { type: 'http'; scheme: string; description: string };
}

export interface WordedProblem {
  status: number;
  body: object;
  /** Besides those that HTTP itself asks for. */
  headers?: Readonly<Record<string, string>>;
}

/** What the routes of a dialect are made of. */
export interface DialectParts extends HttpDependencies {
  /** Its id. */
  dialect: string;
  check: KeyCheck;
  linksOf: (request: FastifyRequest) => Links;
  /** Told the model of every newly accepted request, for the metrics. */
  onAccepted: (model: string) => void;
  /** Aborts when the server closes: event streams end then. */
  closing: AbortSignal;
}

/** One event of a job that its webhook asked for. */
export interface ToldEvent {
  kind: WebhookEvent;
  event: JobEvent;
  job: Job;
  links: Links;
  /** Path of a file in the artifact store. */
  locate: (key: string) => string;
  /** Its content. */
  files: Pick<HttpDependencies['files'], 'read'>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Id of the dialect that a route belongs to; absent for those of the system. */
    dialect?: string;
  }
}

/** Finds the dialect of a request: that of its route, else the one whose prefix is the longest that its path begins with. */
export function dialectFinder(dialects: readonly Dialect[]) {
  const byLength = dialects.toSorted((a, b) => b.prefix.length - a.prefix.length);
  const at = (path: string): Dialect | undefined =>
    byLength.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
  return {
    /** Of a path without its query. Undefined only where no dialect has an empty prefix. */
    at,
    of: (request: Pick<FastifyRequest, 'url' | 'routeOptions'>): Dialect => {
      const id = request.routeOptions?.config?.dialect;
      const found =
        dialects.find((dialect) => dialect.id === id) ?? at(request.url.split('?')[0] ?? '') ?? dialects[0];
      if (found === undefined) throw new Error('A server speaks at least one dialect.');
      return found;
    },
  };
}

/** The dialect that a job was sent in. */
export function dialectOfJob(dialects: readonly Dialect[], { dialect }: Pick<Job, 'dialect'>): Dialect {
  const found = dialects.find(({ id }) => id === dialect);
  if (found === undefined) throw new Error(`Nobody here speaks the dialect "${dialect}" of this job.`);
  return found;
}
