import type { Catalog } from '../catalog/load-catalog.ts';
import type { Database } from '../database/database.ts';
import type { FileStore } from '../files/file-store.ts';

/** What the functions of the registry share. */
export interface RegistryContext {
  database: Database;
  files: FileStore;
  catalog: Catalog;
  /** Where files of a shared store are fetched to: the cache of downloaded LoRAs. */
  cacheFolder: string;
  /** Parent of folders for files that are being received. */
  scratchFolder: string;
  /** Days that deleted models can be restored in. */
  trashDays: number;
  /** Pictures that one training set may have. */
  maxTrainingImages: number;
  /** LoRAs that one composition may stack. */
  maxLoras: number;
  clock: () => Date;
  /** A ULID. */
  newId: () => string;
  /** Ends the training of a model that is deleted. */
  cancelTraining: (job: string) => Promise<void>;
}
