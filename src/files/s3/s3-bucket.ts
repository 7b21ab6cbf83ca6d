/** One prefix of one bucket, and the few things that Darkroom does there. Names are without the prefix. */
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { bodyStream } from './s3-body.ts';
import { isMissing, storageUnavailable } from './s3-errors.ts';
import type { S3Location } from './s3-location.ts';

export interface S3Bucket {
  put(name: string, content: S3Content): Promise<void>;
  /** Null when there is none. `bytes` is the size of the whole object. */
  read(name: string, options?: ReadOptions): Promise<{ stream: Readable; bytes: number } | null>;
  exists(name: string): Promise<boolean>;
  list(start: string): AsyncIterable<{ name: string; changedAt: Date }>;
  remove(name: string): Promise<void>;
  urlOf(name: string): string;
  close(): void;
}

export interface S3Content {
  body: Uint8Array | Readable;
  bytes: number;
  contentType: string;
}

export interface ReadOptions {
  /** Inclusive, as in HTTP. */
  range?: { start: number; end: number } | undefined;
  signal?: AbortSignal | undefined;
}

/** A finished render waits up to a minute or so for storage that is away; a client that asks for a file does not. */
const attempts = { put: 12, other: 3 };

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
  const act = <T>(what: () => Promise<T>): Promise<T> =>
    what().catch((error: unknown) => {
      throw storageUnavailable(error, location);
    });
  return {
    check: () => act(async () => void (await client.send(new HeadBucketCommand({ Bucket })))),
    put: (name, { body, bytes, contentType }) =>
      act(async () => {
        const facts = { Body: body, ContentLength: bytes, ContentType: contentType };
        // A stream cannot be sent a second time.
        const sender = body instanceof Uint8Array ? patient : client;
        await sender.send(new PutObjectCommand({ ...at(name), ...facts }));
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
    exists: (name) => act(async () => (await orNull(client.send(new HeadObjectCommand(at(name))))) !== null),
    async *list(start) {
      const pages = paginateListObjectsV2({ client }, { Bucket, Prefix: prefix + start });
      try {
        for await (const { Contents = [] } of pages) {
          for (const { Key = '', LastModified = new Date() } of Contents) {
            yield { name: Key.slice(prefix.length), changedAt: LastModified };
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

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
