/**
 * Gives work a signal that is aborted after `limitMs` with a TimeoutError, or earlier with the reason of `signal`.
 *
 * Node 20 may collect a signal of `AbortSignal.timeout` before it fires if only `AbortSignal.any` refers to it. A timer is
 * never collected.
 */
export const withTimeLimit = async <Result>(
  limitMs: number,
  signal: AbortSignal | undefined,
  work: (limited: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`it took longer than ${limitMs / 1000} s`, 'TimeoutError'));
  }, limitMs);
  const follow = (): void => {
    controller.abort(signal?.reason);
  };
  if (signal?.aborted === true) follow();
  signal?.addEventListener('abort', follow);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', follow);
  }
};
