import type { EnginePool } from '../engines/pool/engine-pool.ts';

/** Says of each device what it is when its engine is up. That takes seconds; requests are accepted meanwhile. */
export function announceDevices({ slots }: Pick<EnginePool, 'slots'>): void {
  for (const { name, engine } of slots) {
    const label = slots.length === 1 ? 'device ' : name.padEnd(7);
    engine.ready().then(
      ({ device }) =>
        console.log(
          `  ${label} ${device?.name ?? 'unknown'} (${device?.type ?? '?'}, ${device?.dtype ?? '?'})`,
        ),
      (error: Error) => console.log(`  ${label} not yet: ${error.message}`),
    );
  }
}
