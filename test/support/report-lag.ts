// Loaded into a process of a test before its program: tells over IPC, when asked, how late its event loop has been since
// it was told to watch. A process that its parent starts without IPC is left alone.
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
// The program ends as if nobody could ask.
process.channel?.unref();
