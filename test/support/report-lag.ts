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
    process.send?.({ lagMaxMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) });
  }
});
// The program ends as if nobody could ask.
process.channel?.unref();
