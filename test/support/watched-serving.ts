// A simulated server that measures the lag of its event loop after the message 'watch', and sends it when it gets another message.
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
await import('../../serving-configs/reference/main.ts');
