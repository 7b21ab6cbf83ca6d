import type { Engine } from '../engines/engine.ts';

/** Says what an engine runs on when it is up. That takes seconds; requests are accepted meanwhile. */
export function announceDevice(engine: Pick<Engine, 'ready'>): void {
  engine.ready().then(
    ({ device }) =>
      console.log(`  device  ${device?.name ?? 'unknown'} (${device?.type ?? '?'}, ${device?.dtype ?? '?'})`),
    (error: Error) => console.log(`  device  none yet: ${error.message}`),
  );
}
