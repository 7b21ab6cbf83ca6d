import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { gradient } from '../../src/engines/stand-in-engine.ts';
import type { FileStore } from '../../src/files/file-store.ts';
import type { Job, JobOutput } from '../../src/jobs/job.ts';
import type { Findings } from './findings.ts';
import type { ChaosOptions } from './options.ts';
import type { Order } from './orders.ts';

export interface PictureAudit {
  /** What is wrong with the pictures of a request. */
  audit(job: Job, order: Order, findings: Findings): Promise<string[]>;
}

/**
 * Each file has to have the bytes that were recorded, and the right pixels: those that the seed decides with the stand-in,
 * and with the real engine those that every other picture of the same prompt has.
 */
export function createPictureAudit(
  files: Pick<FileStore, 'locate'>,
  engine: ChaosOptions['engine'],
): PictureAudit {
  const seen = new Map<string, string>();

  async function look(output: JobOutput, order: Order, findings: Findings): Promise<string | null> {
    const bytes = await readFile(files.locate(output.key)).catch(() => null);
    if (bytes === null) return 'is missing';
    if (sha256(bytes) !== output.sha256) return 'has other bytes than were recorded';
    const pixels = await sharp(bytes).removeAlpha().raw().toBuffer();
    if (engine === 'stand-in') {
      const { seed, width, height, frames } = output;
      return pixels.equals(gradient({ seed, width, height, num_frames: frames })) ? null : 'is another one';
    }
    const asked = JSON.stringify([order.prompts[output.index], order.loras]);
    const digest = sha256(pixels);
    const known = seen.get(asked);
    if (known === undefined) seen.set(asked, digest);
    else findings.compared += 1;
    return known === undefined || known === digest ? null : 'differs from another one of the same prompt';
  }

  return {
    audit: async (job, order, findings) => {
      const problems: string[] = [];
      for (const output of job.outputs) {
        findings.pictures += 1;
        const problem = await look(output, order, findings);
        if (problem !== null) problems.push(`has a picture ${output.index} that ${problem}`);
      }
      return problems;
    },
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
