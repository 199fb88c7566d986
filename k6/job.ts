import type { Expectation } from './answer-check.ts';

/** The offered load. */
export type Level =
  /** Closed loop: each virtual user waits for its answer before it sends its next request. */
  | { readonly loop: 'closed'; readonly virtualUsers: number }
  /** Open loop: requests are sent at planned times, even if answers are late. */
  | {
      readonly loop: 'open';
      readonly ratePerSecond: number;
      readonly arrivals: 'constant' | 'poisson';
    };

/** What the load script does. */
export interface Job {
  /** The absolute URL of all requests. */
  readonly url: string;
  /**
   * With `GET`, requests have no body, and the server draws an image for each; samples then name image 0. By default, each request
   * posts one of the images.
   */
  readonly method?: 'GET';
  /** The files to post, in an order drawn from `seed`. A relative path starts from the folder of the script. */
  readonly images: readonly string[];
  /** The request headers for each image, in the same order. Default: the content type, from the extension of the file. */
  readonly headers?: readonly Readonly<Record<string, string>>[];
  /** Seed for the order of the images and for Poisson arrivals. */
  readonly seed: number;
  readonly level: Level;
  /** Length of the warm-up. The rate of an open loop rises linearly from 0 in its first half. */
  readonly warmupSeconds: number;
  /** Length of the measuring window, which follows the warm-up. */
  readonly durationSeconds: number;
  /** A request without an answer after this time fails with class `timeout`. */
  readonly timeoutMs: number;
  /**
   * What a correct answer contains. By default, every 200 with a JSON body is correct. With `status`, every 200 is, whatever its
   * body: needed straight at a serving, whose answers only its codec in the middleware can read.
   */
  readonly expect?: Expectation | 'status';
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/** The content type of a file, from its extension. */
export const contentTypeOf = (file: string): string =>
  CONTENT_TYPES[file.slice(file.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';

/** The times of a profile of `npx serving-compare run --profile`; the script runs a single level, from `USERS` or `RATE`. */
interface ProfileTimes {
  readonly warmupSeconds: number;
  readonly durationSeconds: number;
  readonly timeoutSeconds: number;
}

export const profiles: Readonly<Record<string, ProfileTimes>> = {
  quick: { warmupSeconds: 0.5, durationSeconds: 1.8, timeoutSeconds: 20 },
  'replicate-2021': { warmupSeconds: 0, durationSeconds: 60, timeoutSeconds: 60 },
  'study-rig': { warmupSeconds: 0, durationSeconds: 60, timeoutSeconds: 60 },
  full: { warmupSeconds: 5, durationSeconds: 20, timeoutSeconds: 60 },
  // The times of one trial; only `npx serving-compare run` searches the rate.
  slo: { warmupSeconds: 5, durationSeconds: 30, timeoutSeconds: 20 },
};

/** @throws Error that lists the profiles if there is none of that name */
const profileOf = (name: string): ProfileTimes => {
  const profile = profiles[name];
  if (profile === undefined) {
    throw new Error(`PROFILE is "${name}" and must be one of ${Object.keys(profiles).join(', ')}`);
  }
  return profile;
};

type JobVariables = Readonly<Record<string, string | undefined>>;

/** The default data set. */
const IMAGES = [
  'astronaut',
  'brick-grey',
  'cat',
  'coffee',
  'galaxies',
  'grass-grey',
  'retina',
  'rocket',
].map((name) => `./images/${name}.jpg`);

/**
 * Reads the job from the JSON file that `JOB` names, or from the other variables in the README.
 *
 * @throws Error that names a missing or wrong variable, and what it must be
 */
export const readJob = (variables: JobVariables, readText: (file: string) => string): Job => {
  if (variables['JOB'] !== undefined) return JSON.parse(readText(variables['JOB'])) as Job;
  const url = variables['URL'];
  if (url === undefined || !/^https?:\/\//.test(url)) {
    throw new Error(
      'URL must be an absolute http or https URL, e.g. -e URL=http://127.0.0.1:3000/infer/SERVING',
    );
  }
  const profile = profileOf(variables['PROFILE'] ?? 'full');
  return {
    url,
    images: variables['IMAGES'] === undefined ? IMAGES : variables['IMAGES'].split(','),
    seed: numberOf(variables, 'SEED', 1),
    level: levelOf(variables),
    warmupSeconds: numberOf(variables, 'WARMUP', profile.warmupSeconds),
    durationSeconds: numberOf(variables, 'DURATION', profile.durationSeconds),
    timeoutMs: numberOf(variables, 'TIMEOUT', profile.timeoutSeconds) * 1000,
  };
};

const levelOf = (variables: JobVariables): Level => {
  if (variables['RATE'] === undefined) {
    return { loop: 'closed', virtualUsers: numberOf(variables, 'USERS', 10) };
  }
  const arrivals = variables['ARRIVALS'] ?? 'poisson';
  if (arrivals !== 'poisson' && arrivals !== 'constant') {
    throw new Error(`ARRIVALS is "${arrivals}" and must be poisson or constant`);
  }
  return { loop: 'open', ratePerSecond: numberOf(variables, 'RATE', 0), arrivals };
};

const numberOf = (variables: JobVariables, name: string, otherwise: number): number => {
  const text = variables[name];
  if (text === undefined) return otherwise;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`${name} is "${text}" and must be a number`);
  return Number(text);
};
