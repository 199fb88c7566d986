import { SERVING_TIMES } from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { weightedMean } from '../stats/moments.ts';

/**
 * The parts of a request's time, in the order of its way. If the serving reports times, `wire` and the parts of the serving
 * replace `upstream`.
 */
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

export interface TimePart {
  readonly name: TimePartName;
  readonly meanMs: number;
}

/** Where the time of a mean request goes. */
export interface TimeParts {
  /** In the order of {@link TIME_PARTS}; parts that are not reported are absent. */
  readonly parts: readonly TimePart[];
  /** The client's mean, over the repeats. */
  readonly totalMs: number;
  /** The client's mean less all parts; negative if they are more. */
  readonly unattributedMs: number;
  /** Whether what is unattributed is at most 2 % of the client's mean. */
  readonly addsUp: boolean;
  /** What the serving reports; empty for nothing, and then `upstream` is one part. */
  readonly servingTells: readonly ('request' | 'queue' | 'compute')[];
  /** Remarks on the parts, as sentences. */
  readonly notes: readonly string[];
}

/** The largest unattributed share of the client's mean. */
const UNATTRIBUTED_LIMIT = 0.02;
/** Seven times of the middleware, each rounded to a microsecond. */
const NOTHING_MS = 0.0035;

const MIDDLEWARE_PHASES = ['queue', 'decode', 'encode', 'upstream', 'parse'] as const;

/** Why the serving's own times of a repeat are missing, if they are. */
const noteOf = ({ serving, measurement }: CompletedMeasurement): readonly string[] =>
  serving?.state === 'untold'
    ? [`repeat ${measurement.repeat}: the serving's own times are missing: ${serving.reason}`]
    : [];

/** A mean over the repeats, weighted by their answers; undefined if one does not report it. */
const overMeasurements = (
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

/**
 * Splits the client's mean. Each term is a mean over the repeats, weighted by their correct answers.
 *
 * - client = client's mean − the middleware's total + its `receive`: from the sending to the whole request in the middleware,
 *   and back
 * - wire = `upstream` − what the serving tells: its request time, otherwise its queue and compute
 * - serving_rest = its request time − its queue and compute
 * - unattributed = client's mean − all parts
 *
 * Undefined if the middleware told no phases.
 */
export const timePartsOf = (completed: readonly CompletedMeasurement[]): TimeParts | undefined => {
  const measurements = completed.filter(({ load }) => load.succeeded > 0);
  const totalMs = overMeasurements(measurements, ({ load }) => load.latency.meanMs);
  const phase = (name: string): number | undefined =>
    overMeasurements(measurements, ({ load }) => load.phases[name]?.meanMs);
  const upstreamMs = phase('upstream');
  if (totalMs === undefined || totalMs <= 0 || upstreamMs === undefined) return undefined;

  const servingMs = SERVING_TIMES.map((name) =>
    overMeasurements(measurements, ({ serving }) => {
      if (serving?.state !== 'told') return undefined;
      const { [name]: sumMs, count } = serving;
      return sumMs === undefined ? undefined : sumMs / count;
    }),
  );
  const [requestMs, queueMs, computeMs] = servingMs;
  const split = (queueMs ?? 0) + (computeMs ?? 0);
  const means: Partial<Record<TimePartName, number>> = {};
  for (const name of MIDDLEWARE_PHASES) {
    const meanMs = phase(name);
    if (meanMs !== undefined) means[name] = meanMs;
  }
  means.client = Math.max(0, totalMs - (phase('total') ?? 0) + (phase('receive') ?? 0));
  if (servingMs.some((ms) => ms !== undefined)) {
    delete means.upstream;
    means.wire = Math.max(0, upstreamMs - (requestMs ?? split));
    if (queueMs !== undefined) means.serving_queue = queueMs;
    if (computeMs !== undefined) means.serving_compute = computeMs;
    if (requestMs !== undefined) means.serving_rest = Math.max(0, requestMs - split);
  }
  const parts = TIME_PARTS.flatMap((name): TimePart[] => {
    const meanMs = means[name];
    return meanMs === undefined ? [] : [{ name, meanMs }];
  });
  const restMs = totalMs - parts.reduce((sum, { meanMs }) => sum + meanMs, 0);
  const unattributedMs = Math.abs(restMs) < NOTHING_MS ? 0 : restMs;
  const addsUp = Math.abs(unattributedMs) <= UNATTRIBUTED_LIMIT * totalMs;
  return {
    parts,
    totalMs,
    unattributedMs,
    addsUp,
    servingTells: (['request', 'queue', 'compute'] as const).filter(
      (_, at) => servingMs[at] !== undefined,
    ),
    notes: measurements.flatMap(noteOf),
  };
};
