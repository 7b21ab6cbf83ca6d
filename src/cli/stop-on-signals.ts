import { exit } from 'node:process';

/**
 * One Ctrl-C can reach a process twice: from the terminal, and passed on by npm or by the wrapper that started it. Signals
 * within this time are one.
 */
const sameSignalMs = 1000;

/** The first SIGINT or SIGTERM stops in good order; a second one, later, ends the process at once. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let firstAt: number | null = null;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      console.log('Stopping… (once more to force)');
      stop().then(
        () => exit(0),
        (error: unknown) => {
          console.error(error);
          exit(1);
        },
      );
    } else if (now - firstAt > sameSignalMs) {
      exit(1);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
}
