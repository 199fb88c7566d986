import { availableParallelism } from 'node:os';

import {
  isServingName,
  knownServings,
  manifestOf,
  protocolsOf,
  registerServers,
} from '../serving-configs/index.ts';
import type { ServingName } from '../serving-configs/index.ts';
import { serversIn, simulatedOf } from '../serving-configs/running-server.ts';
import type { ServingUrls } from '../serving-configs/manifest.ts';
import { readTensorModel } from '../serving-configs/models/tensors/tensor-model.ts';
import type { TensorModel } from '../serving-configs/models/tensors/tensor-model.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** All settings, defaults filled in. */
export interface Config {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  /** How many processes answer behind the one port. */
  readonly processes: number;
  /** Folder of the images that `/randinfer` draws from. */
  readonly imagesDir: string;
  /** Of every serving. */
  readonly servingUrls: Readonly<Record<ServingName, ServingUrls>>;
  /** Those that should be running: the ones in `SERVING_URLS`, or all of them. */
  readonly expectedServings: readonly ServingName[];
  /** Whether a serving's weights are trained, for servings that do not say so themselves; absent where it is unknown. */
  readonly weightsTrained: Readonly<Partial<Record<ServingName, boolean>>>;
  /** The user's model that takes the payload `tensors`. */
  readonly tensorModel: TensorModel | undefined;
  /** The longest that an exchange with a serving may take, from the first byte sent to the last one received. */
  readonly upstreamTimeoutMs: number;
  /** The same over REST alone. */
  readonly upstreamRestTimeoutMs: number;
  /** Their client blocks its process: from the decoding to the answer, the process works on nothing else. */
  readonly blockingServings: readonly ServingName[];
  /** Each call to them opens a gRPC connection of its own and closes it afterwards. */
  readonly channelPerCallServings: readonly ServingName[];
  /** Of one process: how many requests are worked on at once. */
  readonly maxInFlight: number;
  /** Of one process: how many further requests may wait. One more is refused. */
  readonly maxQueue: number;
  /** Of one process: how many bytes the received bodies and the requests made of them may take. */
  readonly maxBytesInFlight: number;
  /** Largest image file, and largest body with tensors. */
  readonly maxImageBytes: number;
  /** How long after the signal to stop the end is forced. */
  readonly stopTimeoutMs: number;
  /** Start of the random draws of `/randinfer`. */
  readonly seed: number;
  readonly logLevel: LogLevel;
}

/** An environment variable has an invalid value. The message names the variable and what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const integer = (
  env: Environment,
  name: string,
  fallback: number,
  [least, most]: readonly [number, number],
): number => {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new ConfigError(`${name}="${text}": give a whole number from ${least} to ${most}`);
  }
  return value;
};

const baseUrl = (name: string, text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || url.pathname !== '/' || url.search !== '') {
    throw new ConfigError(
      `${name}: "${text}" is not a base URL; give one like http://127.0.0.1:8080`,
    );
  }
  return url.origin;
};

/** @throws ConfigError where one is no id of a serving. */
const demandServings = (name: string, ids: readonly string[]): readonly ServingName[] => {
  const stranger = ids.find((id) => !isServingName(id));
  if (stranger === undefined) return ids as readonly ServingName[];
  throw new ConfigError(
    `${name}: no serving "${stranger}"; there are ${knownServings().join(', ')}`,
  );
};

/** A variable with a JSON object of serving ids and `what`. */
const byServing = (
  env: Environment,
  name: string,
  what: string,
): Readonly<Partial<Record<ServingName, unknown>>> => {
  let said: unknown;
  try {
    said = JSON.parse(env[name] || '{}');
  } catch {
    // Said below, in one sentence with the other shapes that are not an object.
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said)) {
    throw new ConfigError(`${name}: give a JSON object of serving ids and ${what}`);
  }
  demandServings(name, Object.keys(said));
  return said;
};

/** What `SERVING_URLS` says of one serving: a base URL of REST, or one of each protocol. */
const urlsSaid = (id: ServingName, said: unknown): Partial<ServingUrls> => {
  if (typeof said === 'string') return { rest: baseUrl('SERVING_URLS', said) };
  if (typeof said !== 'object' || said === null) {
    throw new ConfigError(
      `SERVING_URLS: give a base URL for "${id}", or {"rest": URL, "grpc": URL}`,
    );
  }
  const known = new Set<string>(protocolsOf(id));
  return Object.fromEntries(
    Object.entries(said).map(([protocol, url]: [string, unknown]) => {
      if (!known.has(protocol)) {
        throw new ConfigError(
          `SERVING_URLS: "${id}" has no protocol "${protocol}"; it speaks ${[...known].join(', ')}`,
        );
      }
      return [protocol, baseUrl('SERVING_URLS', String(url))];
    }),
  );
};

/** Where a serving is by default: at the ports of its manifest. */
const urlsAt = (id: ServingName, host: string): ServingUrls => {
  const { rest, grpc } = manifestOf(id);
  const at = (port: number): string => baseUrl('SERVING_HOST', `http://${host}:${port}`);
  return grpc === undefined
    ? { rest: at(rest.port) }
    : { rest: at(rest.port), grpc: at(grpc.port) };
};

const servingSettings = (env: Environment): Pick<Config, 'servingUrls' | 'expectedServings'> => {
  const overrides = byServing(env, 'SERVING_URLS', 'base URLs');
  const host = env.SERVING_HOST || '127.0.0.1';
  const urls = Object.fromEntries(
    knownServings().map((id) => [
      id,
      Object.hasOwn(overrides, id)
        ? { ...urlsAt(id, host), ...urlsSaid(id, overrides[id]) }
        : urlsAt(id, host),
    ]),
  ) as Record<ServingName, ServingUrls>;
  const named = knownServings().filter((id) => Object.hasOwn(overrides, id));
  return {
    servingUrls: urls,
    expectedServings: named.length > 0 ? named : knownServings(),
  };
};

const weightsTrained = (env: Environment): Config['weightsTrained'] => {
  const said = byServing(env, 'WEIGHTS_TRAINED', 'true or false');
  const [id] = Object.entries(said).find(([, trained]) => typeof trained !== 'boolean') ?? [];
  if (id !== undefined) throw new ConfigError(`WEIGHTS_TRAINED: give true or false for "${id}"`);
  return said as Config['weightsTrained'];
};

/** Serving ids, separated by commas. */
const servingList = (env: Environment, name: string): readonly ServingName[] =>
  demandServings(
    name,
    (env[name] ?? '').split(',').filter((id) => id !== ''),
  );

const tensorModel = ({ TENSOR_MODEL: file }: Environment): TensorModel | undefined => {
  if (file === undefined || file === '') return undefined;
  try {
    const model = readTensorModel(file);
    if (Array.isArray(model.inputs) && Array.isArray(model.outputs)) return model;
  } catch {
    // Said below, in one sentence with what describes no model.
  }
  throw new ConfigError(
    `TENSOR_MODEL="${file}": give a file that describes a model as JSON with inputs and outputs`,
  );
};

const logLevel = (text: string): LogLevel => {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) {
    throw new ConfigError(`LOG_LEVEL="${text}": give one of ${LOG_LEVELS.join(', ')}`);
  }
  return level;
};

const MANY = 100_000;
const DAY_MS = 86_400_000;
const MIB = 2 ** 20;

/**
 * One a core. On two, where load and serving want their share, it is one: its decoding threads take what the others leave of the second
 * core, and two processes cost more CPU time a request and answer fewer.
 */
export const processesOn = (cores: number): number => (cores > 2 ? cores : 1);

/**
 * Reads the environment; the only place that does.
 * @throws ConfigError at the first value that cannot be used.
 */
export const readConfig = (env: Environment): Config => {
  registerServers(serversIn(env).flatMap((server) => [server, simulatedOf(server)]));
  const upstreamTimeoutMs = integer(env, 'UPSTREAM_TIMEOUT_MS', 60_000, [1, DAY_MS]);
  return {
    host: env.HOST || '127.0.0.1',
    port: integer(env, 'PORT', 3000, [0, 65_535]),
    processes: integer(env, 'PROCESSES', processesOn(availableParallelism()), [1, 1024]),
    imagesDir: env.IMAGES_DIR || 'k6/images',
    ...servingSettings(env),
    weightsTrained: weightsTrained(env),
    tensorModel: tensorModel(env),
    upstreamTimeoutMs,
    upstreamRestTimeoutMs: integer(env, 'UPSTREAM_REST_TIMEOUT_MS', upstreamTimeoutMs, [1, DAY_MS]),
    blockingServings: servingList(env, 'BLOCKING_SERVINGS'),
    channelPerCallServings: servingList(env, 'CHANNEL_PER_CALL_SERVINGS'),
    maxInFlight: integer(env, 'MAX_IN_FLIGHT', 128, [1, MANY]),
    maxQueue: integer(env, 'MAX_QUEUE', 256, [0, MANY]),
    maxBytesInFlight: integer(env, 'MAX_BYTES_IN_FLIGHT', 512 * MIB, [MIB, 2 ** 20 * MIB]),
    maxImageBytes: 20 * MIB,
    // What is in flight may take as long as its serving may.
    stopTimeoutMs: integer(env, 'STOP_TIMEOUT_MS', upstreamTimeoutMs + 5000, [1, DAY_MS]),
    seed: integer(env, 'SEED', 1, [0, 2 ** 32 - 1]),
    logLevel: logLevel(env.LOG_LEVEL || 'warn'),
  };
};
