// Preloaded into a child process of a test. After the message 'watch' it measures the lag of the event loop, and sends it when it gets
// another message. Does nothing without IPC.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

process.on('message', (message) => {
  if (message === 'watch') {
    delay.enable();
    delay.reset();
  } else {
    const lagMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    process.send?.({ lagP99Ms: lagMs(delay.percentile(99)), lagMaxMs: lagMs(delay.max) });
  }
});
// Must not keep the program alive.
process.channel?.unref();
