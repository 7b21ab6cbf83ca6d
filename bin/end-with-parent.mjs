/** Preloaded by run.mjs: when the wrapper is gone, even by SIGKILL, what it started stops too instead of keeping the port. */
if (process.channel !== undefined) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
