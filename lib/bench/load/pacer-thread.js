// The thread behind the pacer of open-loop.ts: sleeps until each planned time, then calls the main thread.
// It is plain JavaScript because the TypeScript loader does not work in threads on Node 20.
import { parentPort, workerData } from 'node:worker_threads';

/** Planned times closer together than this share one call. That delays no request by more, and keeps calls rare. */
const MIN_SLEEP_MS = 0.2;

/** Nobody notifies this word: waiting for it means sleeping with the precision of the system clock. */
const never = new Int32Array(new SharedArrayBuffer(4));

parentPort.once('message', (originNs) => {
  const { plannedMs } = workerData;
  const called = new Int32Array(workerData.called);
  let next = 0;
  while (next < plannedMs.length) {
    const nowMs = Number(process.hrtime.bigint() - originNs) / 1e6;
    if (plannedMs[next] <= nowMs) {
      while (next < plannedMs.length && plannedMs[next] <= nowMs) {
        next += 1;
      }
      // Skip the call if the main thread has not handled the last one yet.
      if (Atomics.exchange(called, 0, 1) === 0) {
        parentPort.postMessage(null, []);
      }
    }
    Atomics.wait(never, 0, 0, Math.max(MIN_SLEEP_MS, (plannedMs[next] ?? 0) - nowMs));
  }
});
parentPort.postMessage('ready', []);
