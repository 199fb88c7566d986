/** Calls `stop` once: at SIGTERM, SIGINT, or when the process at the other end of the IPC channel is gone. */
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

/** Exits with code 0 after `work`, or with 1 if it fails or takes longer than the limit. */
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
