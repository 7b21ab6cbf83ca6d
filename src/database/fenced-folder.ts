import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type ModuleOptions = Parameters<NodeFS['init']>[1];

/** What Emscripten calls to change something under the mounted folder. `msync` writes through `write`. */
const changes = {
  stream_ops: ['write', 'setattr'],
  node_ops: ['mknod', 'setattr', 'rename', 'unlink', 'rmdir', 'symlink'],
};

/** PGlite's folder, with a check before everything that changes it: what `check` throws keeps the change from being made. */
export class FencedFolder extends NodeFS {
  readonly #check: () => void;

  constructor(folder: string, check: () => void) {
    super(folder);
    this.#check = check;
  }

  override async init(pg: PGlite, options: ModuleOptions): Promise<{ emscriptenOpts: ModuleOptions }> {
    const { emscriptenOpts } = await super.init(pg, options);
    const fence = ({ NODEFS }: { NODEFS: object }): void => fenceOperations(NODEFS, this.#check);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [fence, ...(emscriptenOpts.preRun ?? [])] } };
  }
}

/** The tables are shared by all files of one PGlite, and belong to it alone. Throws when they are not what is expected. */
function fenceOperations(fileSystem: object, check: () => void): void {
  for (const [table, names] of Object.entries(changes)) {
    const operations: unknown = Reflect.get(fileSystem, table);
    if (typeof operations !== 'object' || operations === null) throw new Error(`NODEFS has no ${table}.`);
    for (const name of names) {
      const operation: unknown = Reflect.get(operations, name);
      if (typeof operation !== 'function') throw new Error(`NODEFS has no ${table}.${name}.`);
      Reflect.set(operations, name, (...given: unknown[]): unknown => {
        check();
        return Reflect.apply(operation, operations, given);
      });
    }
  }
}
