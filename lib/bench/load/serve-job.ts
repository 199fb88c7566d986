import { compilePointer } from '../../../k6/answer-check.ts';
import { PROTOCOLS } from '../../../serving-configs/manifest.ts';
import type { Level } from '../model/measurement.ts';
import type { LoadEvent, LoadResult } from '../model/load-result.ts';
import type { LoadJob } from './job.ts';

/** Returns the job where it can be run. Throws an error that names the field that is wrong and what it must be. */
export const checkJob = (message: unknown): LoadJob => {
  demand(typeof message === 'object' && message !== null, 'job', 'an object');
  const job = message as LoadJob;
  demand(
    typeof job.url === 'string' && URL.canParse(job.url) && job.url.startsWith('http:'),
    'url',
    'an absolute http URL',
  );
  demand(job.method === undefined || job.method === 'GET', 'method', 'GET, or absent');
  demand(job.method !== 'GET' || job.protocol !== 'grpc', 'protocol', 'rest where method is GET');
  demand(
    job.protocol === undefined || PROTOCOLS.includes(job.protocol),
    'protocol',
    PROTOCOLS.join(' or '),
  );
  demand(
    job.protocol !== 'grpc' || job.expect === 'status',
    'expect',
    '"status" with gRPC, whose messages are not read here',
  );
  demand(
    Array.isArray(job.images) &&
      job.images.length > 0 &&
      job.images.length <= 65_536 &&
      job.images.every(isText),
    'images',
    'a list of one to 65536 files',
  );
  if (job.headers !== undefined) {
    demand(
      job.headers.length === job.images.length &&
        job.headers.every((headers) => Object.values(headers).every(isText)),
      'headers',
      'names and texts for each of the images',
    );
  }
  demand(Number.isSafeInteger(job.seed), 'seed', 'a whole number');
  checkLevel(job.level);
  demand(isNumber(job.warmupSeconds) && job.warmupSeconds >= 0, 'warmupSeconds', 'at least 0');
  demand(isNumber(job.durationSeconds) && job.durationSeconds > 0, 'durationSeconds', 'above 0');
  demand(
    isNumber(job.timeoutMs) && job.timeoutMs >= 1 && job.timeoutMs < 2 ** 31,
    'timeoutMs',
    'from 1 to 2147483647',
  );
  if (job.expect !== undefined && job.expect !== 'status') {
    compilePointer(job.expect.pointer);
    demand(
      job.expect.values.length === job.images.length,
      'expect.values',
      'as long as the list of images',
    );
    const { drawn } = job.expect;
    if (drawn !== undefined) {
      compilePointer(drawn.pointer);
      demand(
        drawn.names.length === job.images.length,
        'expect.drawn.names',
        'as long as the list of images',
      );
    }
  }
  demand(job.samplesFile === undefined || isText(job.samplesFile), 'samplesFile', 'a file name');
  return job;
};

const checkLevel = (level: Level | undefined): void => {
  if (level?.loop === 'closed') {
    demand(
      Number.isSafeInteger(level.virtualUsers) && level.virtualUsers >= 1,
      'level.virtualUsers',
      'a whole number from 1 on',
    );
    return;
  }
  demand(level?.loop === 'open', 'level.loop', '"closed" or "open"');
  demand(
    isNumber(level?.ratePerSecond) && level.ratePerSecond > 0,
    'level.ratePerSecond',
    'above 0',
  );
  demand(
    level?.arrivals === 'constant' || level?.arrivals === 'poisson',
    'level.arrivals',
    '"constant" or "poisson"',
  );
};

const isText = (value: unknown): value is string => typeof value === 'string';

const isNumber = (value: unknown): value is number => Number.isFinite(value);

function demand(holds: boolean, field: string, what: string): asserts holds {
  if (!holds) {
    throw new Error(`The load job cannot be run: ${field} must be ${what}.`);
  }
}

/** Runs a job; the signal is aborted where nobody wants the result any more. */
type RunJob = (
  job: LoadJob,
  emit: (event: LoadEvent) => void,
  signal: AbortSignal,
) => Promise<LoadResult>;

const emit = (event: LoadEvent): void => {
  process.send?.(event);
};

/** Leaves only when the message is on its way: an exit would cut it off. */
const emitAndExit = (event: LoadEvent, exitCode: number): void => {
  process.send?.(event, () => process.exit(exitCode));
};

const leave = (): void => process.exit(0);

/**
 * Makes this process a load process: LoadJobs come in over the IPC channel, one when the one before is over, and LoadEvents go
 * out, the last of each job its result. Exit codes: 0 stopped, or the channel was closed; 2 a job could not be run.
 */
export const serveJobs = (runJob: RunJob): void => {
  if (process.channel === undefined) {
    process.stderr.write(
      'The load process takes its jobs from an IPC channel and was started without one. Use `npx serving-compare run`.\n',
    );
    process.exitCode = 2;
    return;
  }
  let stop = new AbortController();
  let running: Promise<unknown> | undefined;
  const run = async (message: unknown): Promise<void> => {
    stop = new AbortController();
    const { signal } = stop;
    try {
      const result = runJob(checkJob(message), emit, signal);
      running = result;
      emit({ event: 'result', result: await result });
    } catch (error) {
      if (signal.aborted) return;
      emitAndExit(
        { event: 'error', message: error instanceof Error ? error.message : String(error) },
        2,
      );
    }
  };
  const stopNow = (): void => {
    stop.abort();
    void (running ?? Promise.resolve()).then(leave, leave);
  };
  process.on('disconnect', stopNow);
  process.on('SIGTERM', stopNow);
  process.on('SIGINT', stopNow);
  process.on('message', (message) => void run(message));
};
