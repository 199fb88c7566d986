// The load process of the embedded engine. Start it with an IPC channel: `node lib/bench/load/main.ts`.
import { runLoad } from './run-load.ts';
import { serveJobs } from './serve-job.ts';

serveJobs((job, emit, signal) => {
  // A load without anybody who listens would only disturb others, so there is nothing to finish.
  signal.addEventListener('abort', () => process.exit(0));
  return runLoad(job, emit);
});
