import { z } from 'zod';
import type { uploads } from '../../database/registry-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Asker } from '../asker.ts';

const partsSchema = z.array(z.strictObject({ number: z.int(), sha256: z.string(), bytes: z.int() }));

export type UploadRow = typeof uploads.$inferSelect;

export interface UploadRecord extends Omit<UploadRow, 'parts' | 'error'> {
  /** Those that have arrived, in the order of their numbers, which count from 1. */
  parts: z.infer<typeof partsSchema>;
}

/** Throws UPLOAD_NOT_FOUND, also for what the asker may not see. */
export function ownUpload(row: UploadRow | undefined, asker: Asker, id: string): UploadRow {
  if (row !== undefined && (asker.seesAll || row.project === asker.project)) return row;
  throw new DarkroomError(
    'UPLOAD_NOT_FOUND',
    `There is no upload "${id.slice(0, 64).replaceAll(/[^\w]/g, '?')}" of this project. Uploads are forgotten a day after they were opened.`,
  );
}

export const toUploadRecord = ({ error: _, ...row }: UploadRow): UploadRecord => ({
  ...row,
  parts: partsSchema.parse(row.parts),
});
