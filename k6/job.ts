import type { Expectation } from './answer-check.ts';

/** The offered load. */
export type Level =
  /** Closed loop: each virtual user sends its next request when it has the answer to the one before. */
  | { readonly loop: 'closed'; readonly virtualUsers: number }
  /** Open loop: requests are sent at planned times, whatever the answers do. */
  | {
      readonly loop: 'open';
      readonly ratePerSecond: number;
      readonly arrivals: 'constant' | 'poisson';
    };

/** What a run of the script does. */
export interface Job {
  /** Absolute URL that every request is sent to. */
  readonly url: string;
  /**
   * `GET`: requests have no body, and the server draws the image of each. Samples then name image 0. Without it each request
   * posts one of the images.
   */
  readonly method?: 'GET';
  /**
   * Files whose bytes are the bodies, sent in an order drawn from `seed`; a relative name is seen from the folder of the script.
   */
  readonly images: readonly string[];
  /** Headers of the request for each image, in their order. Without it: the content type by the ending of the file's name. */
  readonly headers?: readonly Readonly<Record<string, string>>[];
  /** Draws the order of the images and Poisson arrivals. */
  readonly seed: number;
  readonly level: Level;
  /** Before the measuring window; the rate of an open loop climbs evenly from 0 in its first half. */
  readonly warmupSeconds: number;
  /** Length of the measuring window, after the warm-up. */
  readonly durationSeconds: number;
  /** A request without an answer after this time is a failure of class `timeout`. */
  readonly timeoutMs: number;
  /**
   * What a correct answer holds. Without it every 200 with a JSON body is right. `status`: every 200, whatever its body; for a
   * serving that is asked directly, since only its codec in the middleware can read its answers.
   */
  readonly expect?: Expectation | 'status';
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/** By the ending of the file's name. */
export const contentTypeOf = (file: string): string =>
  CONTENT_TYPES[file.slice(file.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';

/** How long a run takes, under the names of `npx serving-compare run --profile`; one level of it, which `USERS` or `RATE` gives. */
interface Profile {
  readonly warmupSeconds: number;
  readonly durationSeconds: number;
  readonly timeoutSeconds: number;
}

export const profiles: Readonly<Record<string, Profile>> = {
  quick: { warmupSeconds: 0.5, durationSeconds: 1.8, timeoutSeconds: 20 },
  published: { warmupSeconds: 0, durationSeconds: 60, timeoutSeconds: 60 },
  parity: { warmupSeconds: 0, durationSeconds: 60, timeoutSeconds: 60 },
  full: { warmupSeconds: 5, durationSeconds: 20, timeoutSeconds: 60 },
  // Of one trial: a search of the rate is for `npx serving-compare run`.
  slo: { warmupSeconds: 5, durationSeconds: 30, timeoutSeconds: 20 },
};

/** @throws Error that names the profiles, where it is none of them. */
const profileOf = (name: string): Profile => {
  const profile = profiles[name];
  if (profile === undefined) {
    throw new Error(`PROFILE is "${name}" and must be one of ${Object.keys(profiles).join(', ')}`);
  }
  return profile;
};

type Variables = Readonly<Record<string, string | undefined>>;

/** The data set that comes with the script. */
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
 * The job of this run: the JSON file that `JOB` names, or the variables of the README.
 *
 * @throws Error that names the variable that is missing or wrong, and what it must be.
 */
export const readJob = (variables: Variables, readText: (file: string) => string): Job => {
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

const levelOf = (variables: Variables): Level => {
  if (variables['RATE'] === undefined) {
    return { loop: 'closed', virtualUsers: numberOf(variables, 'USERS', 10) };
  }
  const arrivals = variables['ARRIVALS'] ?? 'poisson';
  if (arrivals !== 'poisson' && arrivals !== 'constant') {
    throw new Error(`ARRIVALS is "${arrivals}" and must be poisson or constant`);
  }
  return { loop: 'open', ratePerSecond: numberOf(variables, 'RATE', 0), arrivals };
};

const numberOf = (variables: Variables, name: string, otherwise: number): number => {
  const text = variables[name];
  if (text === undefined) return otherwise;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`${name} is "${text}" and must be a number`);
  return Number(text);
};
