/** One prefix of one bucket, and the few things that Darkroom does there. Names are without the prefix. */
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { isMissing, storageUnavailable } from './s3-errors.ts';
import type { S3Location } from './s3-location.ts';

export interface S3Bucket {
  put(name: string, content: S3Content): Promise<void>;
  /** Null when there is none. `bytes` is the size of the whole object. */
  read(name: string, options?: ReadOptions): Promise<{ stream: Readable; bytes: number } | null>;
  /** Makes an object count as changed now, and returns its size. Null when there is none. */
  refresh(name: string, contentType: string): Promise<number | null>;
  /** Null when there is none. In whole seconds. */
  changedAt(name: string): Promise<Date | null>;
  /** Gives an object another name, unless there is one of that name. */
  rename(from: string, to: string): Promise<void>;
  list(start: string): AsyncIterable<{ name: string; bytes: number; changedAt: Date }>;
  remove(name: string): Promise<void>;
  urlOf(name: string): string;
  close(): void;
}

export interface S3Content {
  body: Uint8Array | Readable;
  bytes: number;
  contentType: string;
  signal?: AbortSignal | undefined;
}

export interface ReadOptions {
  /** Inclusive, as in HTTP. */
  range?: { start: number; end: number } | undefined;
  signal?: AbortSignal | undefined;
}

/** A finished render waits up to a minute or so for storage that is away; a client that asks for a file does not. */
const attempts = { put: 12, other: 3 };
/** An object that changed so recently need not be made to look newer. */
const freshMs = 5 * 60 * 1000;

/** Throws STORAGE_UNAVAILABLE when the bucket cannot be reached, does not exist, or is not ours to use. */
export async function openS3Bucket(location: S3Location): Promise<S3Bucket> {
  const bucket = createS3Bucket(location);
  try {
    await bucket.check();
    return bucket;
  } catch (error) {
    bucket.close();
    throw error;
  }
}

function createS3Bucket(location: S3Location): S3Bucket & { check(): Promise<void> } {
  const { bucket: Bucket, prefix } = location;
  const [patient, client] = [attempts.put, attempts.other].map((count) => createClient(location, count));
  if (patient === undefined || client === undefined) throw new Error('two clients');
  const at = (name: string) => ({ Bucket, Key: prefix + name });
  const sourceOf = (name: string) => encodeURI(`${Bucket}/${prefix}${name}`);
  const act = <T>(what: () => Promise<T>): Promise<T> =>
    what().catch((error: unknown) => {
      throw storageUnavailable(error, location);
    });
  return {
    check: () => act(async () => void (await client.send(new HeadBucketCommand({ Bucket })))),
    put: (name, { body, bytes, contentType, signal }) =>
      act(async () => {
        const facts = { Body: body, ContentLength: bytes, ContentType: contentType };
        // A stream cannot be sent a second time.
        const sender = body instanceof Uint8Array ? patient : client;
        const command = new PutObjectCommand({ ...at(name), ...facts });
        await sender.send(command, { ...(signal && { abortSignal: signal }) });
      }),
    read: (name, { range, signal } = {}) =>
      act(async () => {
        const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
        const command = new GetObjectCommand({ ...at(name), ...(Range === undefined ? {} : { Range }) });
        const found = await orNull(client.send(command, { ...(signal && { abortSignal: signal }) }));
        if (found === null) return null;
        const whole = /\/(\d+)$/.exec(found.ContentRange ?? '')?.[1];
        return { stream: bodyStream(found.Body), bytes: Number(whole ?? found.ContentLength) };
      }),
    refresh: (name, contentType) =>
      act(async () => {
        const found = await orNull(client.send(new HeadObjectCommand(at(name))));
        if (found === null) return null;
        const age = Date.now() - (found.LastModified?.getTime() ?? 0);
        if (age > freshMs) {
          // Its metadata has to be given anew, or S3 refuses to copy an object onto itself.
          const replaced = { MetadataDirective: 'REPLACE', ContentType: contentType } as const;
          const copied = await orNull(
            client.send(new CopyObjectCommand({ ...at(name), ...replaced, CopySource: sourceOf(name) })),
          );
          if (copied === null) return null;
        }
        return found.ContentLength ?? 0;
      }),
    changedAt: (name) =>
      act(async () => (await orNull(client.send(new HeadObjectCommand(at(name)))))?.LastModified ?? null),
    rename: (from, to) =>
      act(async () => {
        if ((await orNull(client.send(new HeadObjectCommand(at(to))))) === null) {
          const copy = new CopyObjectCommand({ ...at(to), CopySource: sourceOf(from) });
          if ((await orNull(client.send(copy))) === null) return;
        }
        await client.send(new DeleteObjectCommand(at(from)));
      }),
    async *list(start) {
      const pages = paginateListObjectsV2({ client }, { Bucket, Prefix: prefix + start });
      try {
        for await (const { Contents = [] } of pages) {
          for (const { Key = '', Size: bytes = 0, LastModified: changedAt = new Date() } of Contents) {
            yield { name: Key.slice(prefix.length), bytes, changedAt };
          }
        }
      } catch (error) {
        throw storageUnavailable(error, location);
      }
    },
    remove: (name) => act(async () => void (await client.send(new DeleteObjectCommand(at(name))))),
    urlOf: (name) => `s3://${Bucket}/${prefix}${name}`,
    close: () => {
      patient.destroy();
      client.destroy();
    },
  };
}

function createClient({ endpoint, region, pathStyle }: S3Location, maxAttempts: number): S3Client {
  return new S3Client({
    region,
    ...(endpoint === null ? {} : { endpoint }),
    forcePathStyle: pathStyle,
    maxAttempts,
    // Many servers that speak S3 do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  });
}

/** On Node the body of an answer is always a Readable, though its type also knows the kinds that browsers have. */
function bodyStream(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new TypeError('The object store answered without a body.');
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
