import { availableParallelism } from 'node:os';
import path from 'node:path';

import { idOf, protocolsOf, servingFactsOf, servingNames } from '../serving-configs/index.ts';
import type { Serving, ServingName } from '../serving-configs/index.ts';
import { readVariables } from '../serving-configs/options/variables.ts';
import type { Variables } from '../serving-configs/options/command.ts';
import {
  choice,
  file,
  flag,
  folder,
  integer,
  list,
  text,
} from '../serving-configs/options/kinds.ts';
import type { Kind } from '../serving-configs/options/kinds.ts';
import { object } from '../serving-configs/options/object.ts';
import { UsageError } from '../serving-configs/options/usage-error.ts';
import { serversIn, simulatedOf } from '../serving-configs/running-server.ts';
import type { ServingUrls } from '../serving-configs/manifest.ts';
import { defaultModelFile, MAX_BODY_BYTES, readModel } from '../serving-configs/models/model.ts';
import type { Model } from '../serving-configs/models/model.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** All settings, defaults filled in. */
export interface Config {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Number of processes behind the port. */
  readonly processes: number;
  /** Folder of the images that `/randinfer` draws from. */
  readonly imagesDir: string;
  /** All servings of this project, then the running servers and the simulated servers that replace them, by id. */
  readonly servings: ReadonlyMap<string, Serving>;
  readonly servingUrls: Readonly<Record<ServingName, ServingUrls>>;
  /** The servings that `/health/ready` probes: those in `SERVING_URLS`, or all if it is empty. */
  readonly expectedServings: readonly ServingName[];
  /** Whether the weights of a serving are trained, for servings that do not say so themselves; absent if unknown. */
  readonly weightsTrained: Readonly<Partial<Record<ServingName, boolean>>>;
  /** The model of the servings. */
  readonly model: Model;
  /** Limit for an exchange with a serving, from the first byte sent to the last byte received. */
  readonly upstreamTimeoutMs: number;
  /** The same limit for REST only. */
  readonly upstreamRestTimeoutMs: number;
  /** Servings whose client blocks the process: from decoding to the answer, it works on nothing else. */
  readonly blockingServings: readonly ServingName[];
  /** Servings for which every gRPC call opens and closes its own connection. */
  readonly channelPerCallServings: readonly ServingName[];
  /** Requests that one process works on at once. */
  readonly maxInFlight: number;
  /** Further requests that may wait in one process; any more are refused. */
  readonly maxQueue: number;
  /** Memory in one process for received bodies and the requests made of them. */
  readonly maxBytesInFlight: number;
  /** Largest image file and largest body with tensors. */
  readonly maxImageBytes: number;
  /** Largest answer of a serving. */
  readonly maxAnswerBytes: number;
  /** Time from the stop signal until the process exits with requests unanswered. */
  readonly stopTimeoutMs: number;
  /** Seed of the random draws of `/randinfer`. */
  readonly seed: number;
  readonly logLevel: LogLevel;
}

const DAY_MS = 86_400_000;
const MIB = 2 ** 20;
const count = (min: number) => integer(min, 100_000);
const duration = integer(1, DAY_MS);

/**
 * The default number of processes: one per core, but one on two cores. There the decoding threads of one process already
 * use what load generator and serving leave of the second core; two processes cost more CPU time per request and answer fewer.
 */
export const processesOn = (cores: number): number => (cores > 2 ? cores : 1);

const isBaseUrl = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return /^https?:$/.test(url?.protocol ?? '') && url?.pathname === '/' && url.search === '';
};

const baseUrl = text('URL', 'a base URL', { test: isBaseUrl });

/** The values that `SERVING_URLS` takes for one serving: a base URL for REST, or an object with one per protocol. */
const urlsOfServing = (serving: Serving): Pick<Kind<unknown>, 'wrong'> => {
  const protocols: readonly string[] = protocolsOf(serving);
  const urls = object('', (protocol) => (protocols.includes(protocol) ? baseUrl : undefined));
  return { wrong: (value) => (typeof value === 'string' ? baseUrl : urls).wrong(value) };
};

/** The kind of a JSON object that maps serving ids to values. */
const byServing = <Value>(
  servings: Config['servings'],
  example: string,
  kindOf: (serving: Serving) => Pick<Kind<unknown>, 'wrong'>,
) =>
  object<Readonly<Partial<Record<ServingName, Value>>>>(
    `a JSON object such as ${example}, with SERVING one of ${[...servings.keys()].join(', ')}`,
    (id) => {
      const serving = servings.get(id);
      return serving && kindOf(serving);
    },
  );

/** The option table; README.md explains each variable. */
const variablesFor = (known: Config['servings']) => {
  const servings = list(choice('serving', [...known.values()].map(idOf)));
  return {
    HOST: { kind: text('ADDRESS', 'an address'), default: '127.0.0.1' },
    PORT: { kind: integer(0, 65_535), default: 3000 },
    PROCESSES: { kind: integer(1, 1024), default: processesOn(availableParallelism()) },
    IMAGES_DIR: { kind: folder, default: 'k6/images' },
    SERVING_HOST: {
      kind: text('HOST', 'a host name or an IP address', {
        test: (host) => isBaseUrl(`http://${host}:1`),
      }),
      default: '127.0.0.1',
    },
    SERVING_URLS: {
      kind: byServing<string | Partial<ServingUrls>>(
        known,
        '{"SERVING": "http://127.0.0.1:8080"} or {"SERVING": {"rest": URL, "grpc": URL}}',
        urlsOfServing,
      ),
    },
    WEIGHTS_TRAINED: { kind: byServing<boolean>(known, '{"SERVING": true}', () => flag) },
    MODEL: { kind: file(), default: defaultModelFile() },
    UPSTREAM_TIMEOUT_MS: { kind: duration, default: 60_000 },
    UPSTREAM_REST_TIMEOUT_MS: { kind: duration },
    BLOCKING_SERVINGS: { kind: servings },
    CHANNEL_PER_CALL_SERVINGS: { kind: servings },
    MAX_IN_FLIGHT: { kind: count(1), default: 128 },
    MAX_QUEUE: { kind: count(0), default: 256 },
    MAX_BYTES_IN_FLIGHT: { kind: integer(MIB, 2 ** 20 * MIB), default: 512 * MIB },
    STOP_TIMEOUT_MS: { kind: duration },
    SEED: { kind: integer(0, 2 ** 32 - 1), default: 1 },
    LOG_LEVEL: { kind: choice('log level', LOG_LEVELS), default: 'warn' },
  } as const satisfies Variables;
};

/** The URLs of a serving: the ports of its manifest on `host`, unless overridden. */
const urlsOf = (
  serving: Serving,
  host: string,
  overrides: string | Partial<ServingUrls> = {},
): ServingUrls => {
  const { rest, grpc } = servingFactsOf(serving);
  return {
    rest: `http://${host}:${rest.port}`,
    grpc: grpc && `http://${host}:${grpc.port}`,
    ...(typeof overrides === 'string' ? { rest: overrides } : overrides),
  };
};

const modelIn = (modelFile: string): Model => {
  try {
    return readModel(path.resolve(modelFile));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`MODEL: ${error.message}`, error.hint, { cause: error });
  }
};

/**
 * Reads the settings from the environment.
 * @throws UsageError if a variable has a wrong value.
 */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const running = serversIn(env).flatMap((server) => [server, simulatedOf(server)]);
  const all: readonly Serving[] = [...servingNames, ...running];
  const servings = new Map(all.map((serving) => [idOf(serving), serving]));
  const values = readVariables(variablesFor(servings), env);
  const { SERVING_URLS = {}, UPSTREAM_TIMEOUT_MS } = values;
  const model = modelIn(values.MODEL);
  const maxBytes = MAX_BODY_BYTES[model.kind];
  const ids = [...servings.keys()];
  const named = ids.filter((id) => Object.hasOwn(SERVING_URLS, id));
  return {
    host: values.HOST,
    port: values.PORT,
    processes: values.PROCESSES,
    imagesDir: values.IMAGES_DIR,
    servings,
    servingUrls: Object.fromEntries(
      [...servings].map(([id, serving]) => [
        id,
        urlsOf(serving, values.SERVING_HOST, SERVING_URLS[id]),
      ]),
    ) as Record<ServingName, ServingUrls>,
    expectedServings: named.length > 0 ? named : ids,
    weightsTrained: values.WEIGHTS_TRAINED ?? {},
    model,
    upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
    upstreamRestTimeoutMs: values.UPSTREAM_REST_TIMEOUT_MS ?? UPSTREAM_TIMEOUT_MS,
    blockingServings: values.BLOCKING_SERVINGS ?? [],
    channelPerCallServings: values.CHANNEL_PER_CALL_SERVINGS ?? [],
    maxInFlight: values.MAX_IN_FLIGHT,
    maxQueue: values.MAX_QUEUE,
    maxBytesInFlight: values.MAX_BYTES_IN_FLIGHT,
    maxImageBytes: maxBytes.request,
    maxAnswerBytes: maxBytes.answer,
    // Requests in flight may wait as long for their serving as any other.
    stopTimeoutMs: values.STOP_TIMEOUT_MS ?? UPSTREAM_TIMEOUT_MS + 5000,
    seed: values.SEED,
    logLevel: values.LOG_LEVEL,
  };
};
