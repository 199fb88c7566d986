/**
 * Calls `stop` once at the first reason to end: SIGTERM, SIGINT, or the end of the process that holds the other end
 * of the IPC channel.
 */
export const onceAskedToStop = (stop: () => void): void => {
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    stop();
  };
  process.on('SIGTERM', ask);
  process.on('SIGINT', ask);
  process.once('disconnect', ask);
};

/** Ends this process with code 0 after `work`, or with 1 where that takes longer than it may, or fails. */
export const exitAfter = (work: Promise<unknown>, limitMs: number): void => {
  setTimeout(() => {
    process.stderr.write(`not all requests were answered within ${limitMs} ms; ending anyway\n`);
    process.exit(1);
  }, limitMs).unref();
  work.then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`could not end cleanly: ${String(error)}\n`);
      process.exit(1);
    },
  );
};
