// The load process of the embedded load generator. Start it with an IPC channel: `node lib/bench/load/main.ts`.
import { runLoad } from './run-load.ts';
import { serveJobs } from './serve-job.ts';

serveJobs((job, emit, signal) => {
  // Stop at once: load without a reader only disturbs other measurements.
  signal.addEventListener('abort', () => process.exit(0));
  return runLoad(job, emit);
});
