import {
  array,
  constantFrom,
  double,
  integer,
  nat,
  oneof,
  record,
  subarray,
  uniqueArray,
  type Arbitrary,
} from 'fast-check';
import { levelId, type Level, type Scenario } from '../../lib/bench/model/measurement.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/plan-options.ts';
import type { CompletedMeasurement, ResultRecord } from '../../lib/bench/model/record.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { closed, recordedTargets, recordedRun } from './recorded-run.ts';

type Fate = (measurement: CompletedMeasurement) => readonly ResultRecord[];

/** What may become of a measurement. */
const FATES = {
  fine: (measurement) => [measurement],
  failed: ({ measurement, startedAt, finishedAt }) => [
    {
      kind: 'measurement',
      state: 'failed',
      measurement,
      startedAt,
      finishedAt,
      code: 'BENCH_SERVING_FAILED',
      message: 'the serving ended with code 137 | <killed>',
    },
  ],
  missing: () => [],
  /** A part of the answers becomes failures of two kinds. */
  erring: (measurement) => {
    const { load } = measurement;
    const failed = load.failed + Math.ceil(load.succeeded / 7);
    const failures = { 'http-503': failed - 1, timeout: 1 };
    const failedShare = failed / (load.succeeded + failed);
    return [{ ...measurement, load: { ...load, failed, failures, failedShare } }];
  },
  busyMiddleware: (measurement) => [
    { ...measurement, middleware: { ...measurement.middleware, busiestCpuShare: 0.993 } },
  ],
  busyGenerator: (measurement) => [
    {
      ...measurement,
      load: {
        ...measurement.load,
        self: { ...measurement.load.self, cpuShare: 0.97, keptUp: false, reason: 'it was late' },
      },
    },
  ],
} as const satisfies Readonly<Record<string, Fate>>;

const { fine, ...troubles } = FATES;
const fates: Arbitrary<Fate> = oneof(
  { weight: 3, arbitrary: constantFrom<Fate>(fine) },
  { weight: 1, arbitrary: constantFrom<Fate>(...Object.values(troubles)) },
);

const levels: Arbitrary<Level> = oneof(
  { weight: 2, arbitrary: integer({ min: 1, max: 200 }).map(closed) },
  // Those of the study.
  { weight: 3, arbitrary: constantFrom(10, 20, 50, 100).map(closed) },
  {
    weight: 1,
    arbitrary: integer({ min: 5, max: 90 }).map((ratePerSecond): Level => ({
      loop: 'open',
      arrivals: 'poisson',
      ratePerSecond,
    })),
  },
);

const shapes = record({
  seed: nat(),
  repeats: integer({ min: 1, max: 5 }),
  durationSeconds: integer({ min: 1, max: 2 }),
  directShare: constantFrom(0, 0.7, 1.1),
  noopLimitFactor: double({ min: 0.9, max: 3, noNaN: true }),
  levels: uniqueArray(levels, { minLength: 1, maxLength: 4, selector: levelId }),
  scenarios: constantFrom<readonly Scenario[]>(['cold'], ['warm'], ['cold', 'warm']),
  targets: subarray([...recordedTargets()], { minLength: 1 }),
});

interface Circumstances {
  /** What becomes of the measurements, one after the other, again and again. */
  readonly course: readonly Fate[];
  readonly usdPerHour: number | undefined;
  readonly sloP99Ms: readonly number[] | undefined;
}

const under = (run: RunData, { course, usdPerHour, sloP99Ms }: Circumstances): RunData => ({
  ...run,
  plan: {
    ...run.plan,
    ...(usdPerHour === undefined ? {} : { settings: { usdPerHour } }),
    ...(sloP99Ms === undefined
      ? {}
      : { options: resolvePlanOptions({ profile: 'quick', seed: 7, sloP99Ms }) }),
  },
  records: run.records.flatMap((one, index) =>
    one.kind === 'measurement' && one.state === 'completed'
      ? (course[index % course.length] ?? fine)(one)
      : [one],
  ),
});

/**
 * Runs of any shape that a plan can have, in which measurements fail, are left out or were never run, requests fail, and checks do
 * not pass; some have a price and bounds of p99.
 */
export const randomRuns: Arbitrary<RunData> = record({
  shape: shapes,
  course: oneof(
    { weight: 1, arbitrary: constantFrom<readonly Fate[]>([fine]) },
    { weight: 4, arbitrary: array(fates, { minLength: 2, maxLength: 23 }) },
  ),
  usdPerHour: constantFrom(undefined, 0.7),
  sloP99Ms: constantFrom<readonly number[] | undefined>(undefined, [500], [60, 2000]),
}).map(({ shape, ...circumstances }) => under(recordedRun(shape), circumstances));

/** One run in which all of that happens, and pairs are decided all the same. */
export const eventfulRun = (): RunData => {
  const quiet = Array.from({ length: 7 }, () => fine);
  const levelsOfBothLoops: readonly Level[] = [
    closed(10),
    closed(20),
    { loop: 'open', arrivals: 'poisson', ratePerSecond: 30 },
  ];
  return under(recordedRun({ levels: levelsOfBothLoops, repeats: 5, durationSeconds: 2 }), {
    course: Object.values(troubles).flatMap((trouble) => [...quiet, trouble]),
    usdPerHour: 0.7,
    sloP99Ms: [60, 2000],
  });
};
