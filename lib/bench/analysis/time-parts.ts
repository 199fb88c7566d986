import {
  array,
  boolean,
  number,
  object,
  oneOf,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { SERVING_TIMES } from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { sum, weightedMean } from '../stats/moments.ts';

/** The parts of a request's time, in order. If the serving reports times, `wire` and `serving_…` replace `upstream`. */
export const TIME_PARTS = [
  'client',
  'queue',
  'decode',
  'encode',
  'upstream',
  'wire',
  'serving_queue',
  'serving_compute',
  'serving_rest',
  'parse',
] as const;
export type TimePartName = (typeof TIME_PARTS)[number];

/** The parts that are the server's. */
export const SERVER_PARTS: readonly TimePartName[] = [
  'upstream',
  'wire',
  'serving_queue',
  'serving_compute',
  'serving_rest',
];

export const timePartSchema = object({ name: oneOf(TIME_PARTS), meanMs: number() });
export interface TimePart extends Static<typeof timePartSchema> {}

export const timePartsSchema = object(
  {
    parts: array(
      timePartSchema,
      'In the order of `TIME_PARTS`, without parts that no component reports.',
    ),
    totalMs: number('Mean response time at the client, over the repeats.'),
    serverMs: number('Sum of the parts of the server.'),
    unattributedMs: number('`totalMs` less the sum of the parts; negative if they are longer.'),
    addsUp: boolean('Whether `unattributedMs` is at most 2 % of `totalMs`.'),
    servingTells: array(
      oneOf(['request', 'queue', 'compute']),
      'The times that the serving reports; empty if none, so that `upstream` is one part.',
    ),
    unreported: array(
      object({ repeat: number(), why: string() }),
      "Repeats without the serving's own times, and why, in the words of their records.",
    ),
  },
  'Where the time of an average request goes.',
);
export interface TimeParts extends Static<typeof timePartsSchema> {}

/** Largest share of `totalMs` that may stay unattributed. */
const UNATTRIBUTED_LIMIT = 0.02;
/** Rounding error of seven times that are each rounded to a microsecond. */
const ROUNDING_MS = 0.0035;

/** A mean over the repeats, weighted by their answers; undefined if a repeat does not have it. */
const meanOverRepeats = (
  measurements: readonly CompletedMeasurement[],
  meanOf: (measurement: CompletedMeasurement) => number | undefined,
): number | undefined => {
  const pairs = measurements.map((measurement) => ({
    value: meanOf(measurement),
    weight: measurement.load.succeeded,
  }));
  const known = pairs.flatMap(({ value, weight }) =>
    value === undefined ? [] : [{ value, weight }],
  );
  return known.length === pairs.length ? weightedMean(known) : undefined;
};

/** The times that the serving reports, in the order of {@link SERVING_TIMES}. */
const servingTimes = (
  measurements: readonly CompletedMeasurement[],
): readonly (number | undefined)[] =>
  SERVING_TIMES.map((name) =>
    meanOverRepeats(measurements, ({ serving }) => {
      if (serving?.state !== 'reported') return undefined;
      const { [name]: sumMs, count } = serving;
      return sumMs === undefined ? undefined : sumMs / count;
    }),
  );

/** Splits the time between middleware and serving, see {@link timePartsOf}. */
const splitUpstream = (
  upstreamMs: number,
  [requestMs, queueMs, computeMs]: readonly (number | undefined)[],
): Partial<Record<TimePartName, number | undefined>> => {
  const queueAndComputeMs = (queueMs ?? 0) + (computeMs ?? 0);
  return {
    wire: Math.max(0, upstreamMs - (requestMs ?? queueAndComputeMs)),
    serving_queue: queueMs,
    serving_compute: computeMs,
    serving_rest: requestMs === undefined ? undefined : Math.max(0, requestMs - queueAndComputeMs),
  };
};

/**
 * Splits the mean latency at the client. Each term is a mean over the repeats, weighted by their correct answers.
 *
 * - client = mean latency − the middleware's `total` + its `receive`: everything before the middleware has the whole request, and after
 *   it has sent the answer
 * - wire = `upstream` − the serving's request time, or its queue and compute time if it does not report the former
 * - serving_rest = the serving's request time − its queue and compute time
 * - unattributed = mean latency − all parts
 *
 * Undefined if the middleware reported no phases.
 */
export const timePartsOf = (completed: readonly CompletedMeasurement[]): TimeParts | undefined => {
  const measurements = completed.filter(({ load }) => load.succeeded > 0);
  const totalMs = meanOverRepeats(measurements, ({ load }) => load.latency.meanMs);
  const phase = (name: string): number | undefined =>
    meanOverRepeats(measurements, ({ load }) => load.phases[name]?.meanMs);
  const upstreamMs = phase('upstream');
  if (totalMs === undefined || totalMs <= 0 || upstreamMs === undefined) return undefined;

  const servingMs = servingTimes(measurements);
  const isReported = servingMs.some((ms) => ms !== undefined);
  const means: Partial<Record<TimePartName, number | undefined>> = {
    client: Math.max(0, totalMs - (phase('total') ?? 0) + (phase('receive') ?? 0)),
    queue: phase('queue'),
    decode: phase('decode'),
    encode: phase('encode'),
    ...(isReported ? splitUpstream(upstreamMs, servingMs) : { upstream: upstreamMs }),
    parse: phase('parse'),
  };
  const parts = TIME_PARTS.flatMap((name): TimePart[] => {
    const meanMs = means[name];
    return meanMs === undefined ? [] : [{ name, meanMs }];
  });
  const serverParts = parts.filter(({ name }) => SERVER_PARTS.includes(name));
  const restMs = totalMs - sum(parts.map(({ meanMs }) => meanMs));
  const unattributedMs = Math.abs(restMs) < ROUNDING_MS ? 0 : restMs;
  return {
    parts,
    totalMs,
    serverMs: sum(serverParts.map(({ meanMs }) => meanMs)),
    unattributedMs,
    addsUp: Math.abs(unattributedMs) <= UNATTRIBUTED_LIMIT * totalMs,
    servingTells: (['request', 'queue', 'compute'] as const).filter(
      (_, index) => servingMs[index] !== undefined,
    ),
    unreported: measurements.flatMap(({ serving, measurement: { repeat } }) =>
      serving?.state === 'unreported' ? [{ repeat, why: serving.reason }] : [],
    ),
  };
};
