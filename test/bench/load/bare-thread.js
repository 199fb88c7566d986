// Measures how late an idle thread wakes up: sleeps until each planned time, as the pacer does, and sends the share of times that it met
// within a millisecond.
import { parentPort, workerData } from 'node:worker_threads';

const { ratePerSecond, seconds } = workerData;
const never = new Int32Array(new SharedArrayBuffer(4));
const originMs = performance.now();
const count = ratePerSecond * seconds;
let onTime = 0;
for (let index = 1; index <= count; index += 1) {
  const plannedMs = originMs + (index * 1000) / ratePerSecond;
  for (
    let leftMs = plannedMs - performance.now();
    leftMs > 0;
    leftMs = plannedMs - performance.now()
  ) {
    Atomics.wait(never, 0, 0, leftMs);
  }
  if (performance.now() - plannedMs <= 1) onTime += 1;
}
parentPort.postMessage(onTime / count, []);
