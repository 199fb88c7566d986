import { PROTOCOLS } from '../../../serving-configs/manifest.ts';
import {
  anyOf,
  array,
  boolean,
  described,
  literal,
  number,
  object,
  oneOf,
  optional,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { targetSchema } from './measurement.ts';

/** How a running server gets another model. */
export const LOADING = ['api', 'config', 'on-demand', 'coded', 'restart'] as const;

const modelFileSchema = object({ name: string(), file: string(), sha256: string() });
export interface ModelFile extends Static<typeof modelFileSchema> {}

export const manyPlanSchema = object(
  {
    counts: array(
      number(),
      'How many models a server holds when its rates are measured, ascending from 1.',
    ),
    memoryLimitMiB: number('A server whose processes need more gets no further model.'),
    models: array(
      modelFileSchema,
      'In the order in which they are loaded. The first is the neighbour. Files are relative to the folder.',
    ),
    slow: optional(
      described(
        modelFileSchema,
        'A model that takes long to load; absent among models of a user, of which the largest takes its place.',
      ),
    ),
    leftOut: array(
      object({ file: string(), reason: string() }),
      'Files that are no model for this run.',
    ),
    alike: array(array(string()), 'Models that no input of the run tells apart.'),
  },
  'Measures how servers hold many models; absent unless its profile does.',
);
export interface ManyPlan extends Static<typeof manyPlanSchema> {}

/** What a request to a model came to. `mixed-up`: the answer of another model. */
export const OUTCOMES = ['correct', 'mixed-up', 'wrong', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const askedSchema = object(
  {
    outcome: oneOf(OUTCOMES),
    status: string('Of HTTP, or why there was no answer.'),
    ms: number(),
    text: optional(string('The beginning of an answer that is not correct.')),
    answeredBy: optional(string('The model that gave the answer, if it is another one.')),
  },
  'A request to a model.',
);
export interface Asked extends Static<typeof askedSchema> {}

export const readingSchema = object(
  {
    models: number(),
    MiB: number('Proportional set size (PSS) of all its processes: what they share counts once.'),
    processes: number(),
    threads: number(),
    openFiles: optional(number()),
  },
  'What a server uses with a number of models.',
);
export interface Reading extends Static<typeof readingSchema> {}

export const silenceSchema = object(
  {
    seconds: number(),
    requests: number(),
    failed: number(),
    wrong: number(),
    longestMs: number('The longest time for which the neighbour did not answer.'),
    p50Ms: optional(number()),
    p99Ms: optional(number('Absent if fewer than ten answers lie above it.')),
  },
  'How the neighbour answered at a constant rate over 16 connections. Times count from the planned send time.',
);
export interface Silence extends Static<typeof silenceSchema> {}

export const loadedSchema = object(
  {
    models: number('How many the server has then.'),
    callMs: optional(number('Until the call returned; absent if there is none.')),
    status: optional(string()),
    answerMs: optional(
      number('Until the first correct answer; absent if the model was not loaded.'),
    ),
    isReadyTooEarly: optional(
      boolean('Whether the server said that it is loaded, but the next request failed.'),
    ),
    firstMs: optional(number('Time of the first correct answer alone.')),
    laterMs: optional(number('Median of the next five.')),
    cpuMs: optional(number('CPU time of all processes until then.')),
    neighbour: silenceSchema,
    text: optional(string('Why it was not loaded.')),
  },
  'A model that was loaded while the neighbour was asked.',
);
export interface Loaded extends Static<typeof loadedSchema> {}

export const spreadSchema = object(
  {
    models: number(),
    one: array(number(), 'Requests/s to one model, before and after the others.'),
    uniform: number('Requests/s, spread over all models alike.'),
    zipf: number('Requests/s with shares of 1, 1/2, 1/3, …'),
    wrong: number('Wrong answers in these windows.'),
    generatorShare: number('The largest share of its core that the load generator used.'),
  },
  'The rate of four virtual users.',
);
export interface Spread extends Static<typeof spreadSchema> {}

export const STOPS = ['memory-limit', 'machine-memory', 'failed-loads', 'time', 'died'] as const;

const finishedSchema = object({
  state: literal('completed'),
  how: oneOf(LOADING),
  note: optional(string()),
  single: array(
    object({ MiB: number(), answerMs: number('From its start to its first correct answer.') }),
    'Servers that were started with one model each.',
  ),
  startMs: number('From the start of the server to its first correct answer.'),
  ratePerSecond: number('Of the requests to the neighbour.'),
  control: described(silenceSchema, 'While nothing is loaded.'),
  readings: array(readingSchema, 'After each step in which models were added.'),
  loads: array(loadedSchema),
  during: described(silenceSchema, 'While these models were loaded, together.'),
  spread: array(spreadSchema),
  asked: object(
    {
      answers: number(),
      wrong: array(object({ model: string(), ...askedSchema.properties })),
    },
    'Every model was asked at each count.',
  ),
  listed: optional(
    object(
      { listed: number(), models: number() },
      'How many models it lists, and how many it has; absent if it lists none.',
    ),
  ),
  slow: array(loadedSchema, 'Loads of the slow model.'),
  burn: optional(
    described(silenceSchema, 'While another process burns the CPU time of such a load.'),
  ),
  unknown: optional(described(askedSchema, 'A name that never was.')),
  unloaded: optional(described(askedSchema, 'A model that was unloaded.')),
  broken: optional(
    object(
      {
        load: loadedSchema,
        others: array(askedSchema, 'Models that did not answer correctly afterwards.'),
        repaired: optional(described(loadedSchema, 'A good file under its name.')),
        later: optional(described(loadedSchema, 'The next model.')),
      },
      'A truncated file.',
    ),
  ),
  afterUnload: optional(described(readingSchema, 'With the neighbour alone again.')),
  cycles: array(readingSchema, 'After each further time that ten models came and went.'),
  stopped: optional(
    object(
      { models: number(), why: oneOf(STOPS), text: string() },
      'Why it got fewer models than planned.',
    ),
  ),
  isSameProcess: boolean('Whether the process that was started first served until the end.'),
  leftOver: number('Processes that were alive after it was stopped.'),
});

const failedSchema = object({ state: literal('failed'), code: string(), message: string() });

const commonSchema = object({
  kind: literal('many-models'),
  pair: optional(number()),
  planHash: optional(string()),
  target: targetSchema,
  over: optional(
    oneOf(PROTOCOLS, 'How models are loaded, if the server has several protocols for that.'),
  ),
  startedAt: string(),
  finishedAt: string(),
});

export const completedManySchema = object({
  ...commonSchema.properties,
  ...finishedSchema.properties,
});
export interface CompletedMany extends Static<typeof completedManySchema> {}

export const manyRecordSchema = anyOf(
  [completedManySchema, object({ ...commonSchema.properties, ...failedSchema.properties })],
  'How a server holds many models.',
);
export type ManyRecord = Static<typeof manyRecordSchema>;

/** What is measured of a server, without how the record came about. */
export type ManyFigures = Static<typeof finishedSchema>;
