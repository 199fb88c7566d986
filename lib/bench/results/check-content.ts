/** Finds what is wrong with the content of a run folder, which people may edit and disks may damage. */
import { Compile } from 'typebox/schema';
import type { Schema } from '../../../serving-configs/schema.ts';
import { BenchError } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import { environmentSchema } from '../model/environment.ts';
import { manyRecordSchema } from '../model/many-models.ts';
import { planSchema, type Plan } from '../model/plan.ts';
import {
  answerCheckSchema,
  calibrationSchema,
  completedMeasurementSchema,
  failedMeasurementSchema,
  pilotSchema,
  resumedSchema,
  scheduleSchema,
  stoppedSchema,
  type CompletedBypassRun,
  type CompletedMeasurement,
  type MeasurementRecord,
  type ResultRecord,
} from '../model/record.ts';
import { planHash } from '../plan/seal-plan.ts';
import { sum } from '../stats/moments.ts';

/** JSON turns NaN and Infinity into null, so a figure that the runner could not compute is null. */
const withNulls = (schema: object): object =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'type' && value === 'number' ? ['number', 'null'] : value,
  ) as object;

const validators = new Map<Schema, ReturnType<typeof Compile>>();

/** The validator of a schema. Made when first needed, because few commands need all. */
const validatorOf = (schema: Schema): ReturnType<typeof Compile> => {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = Compile(withNulls(schema));
  validators.set(schema, made);
  return made;
};

/** What is wrong with a value by its schema; undefined if nothing is. */
export const schemaProblem = (schema: Schema, value: unknown): string | undefined => {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return undefined;
  const [, errors] = validator.Errors(value);
  const { instancePath = '', message = '' } = errors.at(-1) ?? {};
  return `${instancePath.slice(1).replaceAll('/', '.') || 'it'} ${message}`;
};

const isFigure = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const FIGURES = ['durationSeconds', 'succeeded', 'failed', 'requestRatePerSecond'] as const;
const LATENCIES = ['minMs', 'p50Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const;

/**
 * Compares the figures of a load or bypass run with each other: the totals of answers and of failures, and the order of percentiles. The
 * histogram's own total is compared when it is decoded (`analysis/figures-over-repeats.ts`).
 */
const figuresProblem = (
  load: Pick<LoadResult, (typeof FIGURES)[number] | 'failures' | 'latency'>,
): string | undefined => {
  const { succeeded, failed, failures, latency } = load;
  const unusable = [
    ...FIGURES.filter((name) => !isFigure(load[name])),
    ...LATENCIES.filter((name) => !isFigure(latency[name])),
  ];
  if (unusable.length > 0) return `${unusable.join(', ')} must be a number of at least 0`;
  if (load.durationSeconds === 0) return 'durationSeconds is 0';
  if (latency.count !== succeeded) {
    return `succeeded is ${succeeded}, but there are ${latency.count} response times`;
  }
  const failuresByClass = sum(Object.values(failures).map((count = 0) => count));
  if (failuresByClass !== failed) {
    return `failed is ${failed}, but the failures add up to ${failuresByClass}`;
  }
  const times = LATENCIES.map((name) => latency[name]);
  return times.some((time, at) => time < (times[at - 1] ?? 0))
    ? 'its response times are not in order'
    : undefined;
};

/** Whether two figures that are computed from each other differ by more than rounding. */
const differ = (one: number, other: number): boolean =>
  !(Math.abs(one - other) <= 0.001 * Math.abs(other));

const bypassProblem = (
  bypass: CompletedBypassRun,
  { requestRatePerSecond }: LoadResult,
): string | undefined => {
  const problem = figuresProblem(bypass);
  if (problem !== undefined) return `the bypass run: ${problem}`;
  return differ(bypass.rateShare * bypass.requestRatePerSecond, requestRatePerSecond)
    ? 'rateShare does not fit the rates with and without the middleware'
    : undefined;
};

const loadProblem = (load: LoadResult): string | undefined => {
  const { bins, requestRatePerSecond, durationSeconds } = load;
  const problem = figuresProblem(load);
  if (problem !== undefined || bins.length === 0) return problem;
  if (!bins.every(({ succeeded, failed }) => isFigure(succeeded) && isFigure(failed))) {
    return 'the counts of its bins must be numbers of at least 0';
  }
  const counted = sum(bins.map(({ succeeded }) => succeeded));
  const expected = requestRatePerSecond * durationSeconds;
  // Bins may be rounded.
  return Math.abs(counted - expected) > 0.1 + 0.001 * counted
    ? `its bins have ${counted} answers, but its rate × its duration is ${expected}`
    : undefined;
};

const measurementProblem = ({ load, bypass }: CompletedMeasurement): string | undefined =>
  loadProblem(load) ?? (bypass?.state === 'completed' ? bypassProblem(bypass, load) : undefined);

const SCHEMAS: ReadonlyMap<unknown, Schema> = new Map<ResultRecord['kind'], Schema>([
  ['answer-check', answerCheckSchema],
  ['calibration', calibrationSchema],
  ['many-models', manyRecordSchema],
  ['pilot', pilotSchema],
  ['schedule', scheduleSchema],
  ['stopped', stoppedSchema],
  ['resumed', resumedSchema],
]);

/**
 * What is wrong with a line of `results.jsonl`; undefined if nothing is. It is compared with its schema, and the figures of a
 * measurement with each other.
 */
export const recordProblem = (value: unknown): string | undefined => {
  const { kind, state } = (value ?? {}) as Partial<MeasurementRecord>;
  if (kind !== 'measurement') {
    const schema = SCHEMAS.get(kind);
    return schema === undefined ? 'it is not a record' : schemaProblem(schema, value);
  }
  if (state === 'failed') return schemaProblem(failedMeasurementSchema, value);
  return (
    schemaProblem(completedMeasurementSchema, value) ??
    measurementProblem(value as CompletedMeasurement)
  );
};

/** The error of a file whose content is wrong. */
export const damaged = (file: string, why: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_FOLDER', `${file} was changed or damaged: ${why}`, {
    hint: 'restore it, or start a new run',
    cause,
  });

/** What is wrong with a plan; undefined if nothing is. It is compared with its schema and its hash. */
export const planProblem = (value: unknown): string | undefined => {
  const problem = schemaProblem(planSchema, value);
  if (problem !== undefined) return problem;
  const plan = value as Plan;
  return planHash(plan) === plan.hash ? undefined : 'its content does not fit its hash';
};

/** What is wrong with an environment; undefined if nothing is. It is compared with its schema. */
export const environmentProblem = (value: unknown): string | undefined =>
  schemaProblem(environmentSchema, value);
