// The thread behind the pacer of open-loop.ts: sleeps until each planned time, then calls the main thread.
// Plain JavaScript, because the loader that runs TypeScript here does not reach into threads on Node 20.
import { parentPort, workerData } from 'node:worker_threads';

/** Times closer together than this share one call: no request is later for it than this, and the calls stay cheap. */
const SHORTEST_SLEEP_MS = 0.2;

/** Nobody ever notifies this word: waiting for it is sleeping, with the precision of the system's clock. */
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
      // A main thread that has not heard the last call yet needs no other one.
      if (Atomics.exchange(called, 0, 1) === 0) {
        parentPort.postMessage(null, []);
      }
    }
    Atomics.wait(never, 0, 0, Math.max(SHORTEST_SLEEP_MS, (plannedMs[next] ?? 0) - nowMs));
  }
});
parentPort.postMessage('ready', []);
