// The load process of the embedded engine. Start it with an IPC channel: `node lib/bench/load/main.ts`.
import { runLoad } from './run-load.ts';
import { serveJobs } from './serve-job.ts';

serveJobs((job, emit, signal) => {
  // A load whose result is not wanted only disturbs others.
  signal.addEventListener('abort', () => process.exit(0));
  return runLoad(job, emit);
});
