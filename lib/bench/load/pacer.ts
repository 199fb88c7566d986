import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Calls back at planned times. */
export interface Pacer {
  /** The times count from this call. */
  readonly start: (onDue: () => void) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Makes a pacer for times in milliseconds, ascending, in shared memory.
 *
 * Timers of Node fire on whole milliseconds, often one too late, which is as much as a whole answer takes here; a busy
 * loop would be exact and take the core that the server needs. So a thread of its own sleeps with the precision of the
 * system's clock until each planned time and wakes the main thread by a message.
 */
export const openPacer = async (plannedMs: Float64Array<SharedArrayBuffer>): Promise<Pacer> => {
  /** One word: 1 from the thread's call until the main thread has heard it. */
  const called = new SharedArrayBuffer(4);
  const word = new Int32Array(called);
  const thread = new Worker(new URL('pacer-thread.js', import.meta.url), {
    workerData: { plannedMs, called },
    // The loader of the main thread is of no use there, and slow to start.
    execArgv: [],
  });
  await once(thread, 'message');
  return {
    start: (onDue) => {
      thread.on('message', () => {
        // First, so that a time that comes while the callback runs calls again.
        Atomics.store(word, 0, 0);
        onDue();
      });
      thread.postMessage(process.hrtime.bigint(), []);
    },
    stop: async () => {
      await thread.terminate();
    },
  };
};
