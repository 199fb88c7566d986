import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadJob } from '../../../lib/bench/load/job.ts';
import type { LoadGenerator } from '../../../lib/bench/model/plan-options.ts';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child.ts';
import type { LoadEvent, LoadResult } from '../../../lib/bench/model/load-result.ts';
import type { ToolJob, ToolRun } from './tool-run.ts';

const WARMUP_SECONDS = 1;
const MAINS = {
  embedded: join(import.meta.dirname, '../../../lib/bench/load/main.ts'),
  k6: join(import.meta.dirname, '../../../lib/bench/load/k6/main.ts'),
} as const;

/** Runs a load generator of the project at a level, in its own process as in a real run. */
export const runEngine = (
  engine: LoadGenerator,
  job: Omit<ToolJob, 'connections'>,
  level: LoadJob['level'],
): Promise<LoadResult> =>
  new Promise((resolve, reject) => {
    const child = fork(MAINS[engine], { execArgv: [...TYPESCRIPT_LOADER] });
    let result: LoadResult | undefined;
    child.on('message', (message) => {
      const event = message as LoadEvent;
      if (event.event === 'result') {
        ({ result } = event);
        child.disconnect();
      } else if (event.event === 'error') {
        reject(new Error(event.message));
      }
    });
    // Only now: the system counts the CPU time of a child when it has ended, to whatever is measured then.
    child.on('exit', (code) => {
      if (result === undefined) reject(new Error(`The load process ended with ${code}.`));
      else resolve(result);
    });
    child.send({
      url: job.url,
      images: [job.image],
      seed: 1,
      level,
      warmupSeconds: WARMUP_SECONDS,
      durationSeconds: job.seconds,
      timeoutMs: 10_000,
    } satisfies LoadJob);
  });

/** The closed loop, in the figures of the other tools. */
export const runEngineClosed =
  (engine: LoadGenerator) =>
  async (job: ToolJob): Promise<ToolRun> => {
    const result = await runEngine(engine, job, { loop: 'closed', virtualUsers: job.connections });
    return {
      ratePerSecond: result.requestRatePerSecond,
      cpuMsPerRequest: result.self.cpuMs / result.succeeded,
      p50Ms: result.latency.p50Ms,
      p99Ms: result.latency.p99Ms,
    };
  };
