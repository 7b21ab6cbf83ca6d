import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import pLimit from 'p-limit';
import {
  type PictureAnswer,
  type PictureTask,
  pictureAnswerSchema,
  tooMuchMemory,
} from './picture-messages.ts';

/** Has a picture decoded. Pictures wait for each other: memory holds one at a time, however many are sent. */
export type ReadPicture = (task: Omit<PictureTask, 'memoryBytes'>) => Promise<PictureAnswer>;

export interface PictureReaderOptions {
  /** Of the whole process that decodes. */
  memoryBytes: number;
  timeoutMs: number;
  /** The process is ended when nobody has sent a picture for so long. */
  idleMs: number;
}

/**
 * What the largest picture needs: its pixels with 16 bits a channel, once as decoded and once on the way to the file, beside
 * the process itself and both files.
 */
export const pictureMemoryBytes = (maximumPixels: number): number => 512 * 2 ** 20 + 24 * maximumPixels;

// Its own extension: the same file is TypeScript in a checkout and JavaScript in a package.
const processFile = path.join(import.meta.dirname, `picture-process${path.extname(import.meta.filename)}`);
/** Nothing of the server's environment, which holds secrets, beyond what starting a program takes. */
const passedOn = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LD_LIBRARY_PATH', 'LANG'];
/** glibc otherwise keeps what it frees, in a heap for each thread. */
const allocator = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '1048576',
  MALLOC_MMAP_THRESHOLD_: '1048576',
};

/** A reader with a process of its own, which is started for the first picture and ends with this one. */
export function createPictureReader(options: PictureReaderOptions): ReadPicture {
  const oneAtATime = pLimit(1);
  let child: ChildProcess | null = null;
  let idle: NodeJS.Timeout | undefined;
  const release = (ended: boolean): void => {
    if (ended) child = null;
    child?.unref();
    child?.channel?.unref();
    idle = setTimeout(() => {
      child?.kill();
      child = null;
    }, options.idleMs).unref();
  };
  return (task) =>
    oneAtATime(async () => {
      clearTimeout(idle);
      child = child?.connected === true ? child : startProcess();
      const { answer, ended } = await ask(child, { ...task, memoryBytes: options.memoryBytes }, options);
      release(ended);
      return answer;
    });
}

function startProcess(): ChildProcess {
  const kept = passedOn.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return fork(processFile, {
    env: { ...Object.fromEntries(kept), ...allocator },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

interface Asked {
  answer: PictureAnswer;
  /** The process is gone, or not to be asked again. */
  ended: boolean;
}

function ask(child: ChildProcess, task: PictureTask, { timeoutMs }: PictureReaderOptions): Promise<Asked> {
  return new Promise((resolve) => {
    child.ref();
    child.channel?.ref();
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const settle = (asked: Asked): void => {
      clearTimeout(late);
      child.removeAllListeners();
      child.on('error', () => {});
      resolve(asked);
    };
    child.once('message', (message) => settle({ answer: pictureAnswerSchema.parse(message), ended: false }));
    child.once('exit', (code) => settle({ answer: endAnswer(code, isLate, timeoutMs), ended: true }));
    child.once('error', ({ message }) =>
      settle({ answer: { kind: 'failed', message, code: null }, ended: true }),
    );
    child.send(task);
  });
}

/** What the end of the process says of the picture it was at. */
function endAnswer(code: number | null, isLate: boolean, timeoutMs: number): PictureAnswer {
  if (isLate)
    return { kind: 'refused', why: `decoding it took more than ${timeoutMs / 1000} seconds. Save it again` };
  if (code === tooMuchMemory)
    return {
      kind: 'refused',
      why: 'decoding it takes more memory than the server gives a picture (by MAX_CONTROL_IMAGE_PIXELS). Save it again as PNG or JPEG',
    };
  if (code === null) return { kind: 'refused', why: 'its data makes the decoder crash. Save it again' };
  return {
    kind: 'failed',
    message: `The process that decodes pictures ended with code ${code}.`,
    code: null,
  };
}
