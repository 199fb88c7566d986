// The load process of the engine k6. It starts k6, reads along, and ends it when nobody wants the result any more, also
// when the runner was killed. Start it with an IPC channel: `node lib/bench/load/k6/main.ts`.
import { serveJobs } from '../serve-job.ts';
import { runK6Load } from './run-k6.ts';

serveJobs(runK6Load);
