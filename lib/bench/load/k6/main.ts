// The load process for k6. It starts k6, reads its output, and kills it when the result is no longer wanted, even if the runner
// was killed. Start it with an IPC channel: `node lib/bench/load/k6/main.ts`.
import { serveJobs } from '../serve-job.ts';
import { runK6Load } from './run-k6.ts';

serveJobs(runK6Load);
