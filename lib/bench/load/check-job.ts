import { PROTOCOLS } from '../../../serving-configs/manifest.ts';
import type { Level } from '../model/measurement.ts';
import { compilePointer } from './json-pointer.ts';
import type { LoadJob } from './job.ts';

/** Returns the job where it can be run. Throws an error that names the field that is wrong and what it must be. */
export const checkJob = (message: unknown): LoadJob => {
  demand(typeof message === 'object' && message !== null, 'job', 'an object');
  const job = message as LoadJob;
  demand(
    typeof job.url === 'string' && URL.canParse(job.url) && /^https?:/.test(job.url),
    'url',
    'an absolute http or https URL',
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
