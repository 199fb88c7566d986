import { buildMeasurements } from '../../lib/bench/plan/build-plan.ts';
import type { Measurement, Target } from '../../lib/bench/model/measurement.ts';
import type { Plan } from '../../lib/bench/model/plan.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/resolve-plan-options.ts';
import { buildSearches } from '../../lib/bench/plan/slo-search.ts';
import type { CompletedMeasurement, ResultRecord } from '../../lib/bench/model/record.ts';
import { createMeasurementQueue } from '../../lib/bench/run/measurement-queue.ts';
import { completedMeasurement, evenLoad, recordedTargets, recordedPlan } from './recorded-run.ts';

/** The highest rate within each p99 bound, for every target of a searched plan. */
export const LIMITS = [
  { p99Ms: 15, rate: 40 },
  { p99Ms: 50, rate: 80 },
] as const;
const CAPACITY = 100;

/** A plan that searches the highest rate of each target within each bound. */
export const searchedPlan = (
  sloP99Ms: readonly number[],
  targets: readonly Target[] = recordedTargets().slice(0, 2),
  overrides: Parameters<typeof resolvePlanOptions>[0] = {},
): Plan => {
  const options = resolvePlanOptions({ profile: 'slo', seed: 1, sloP99Ms, ...overrides });
  const measurements = buildMeasurements(targets, options);
  return {
    ...recordedPlan(measurements, targets),
    options,
    searches: buildSearches(targets, options),
  };
};

/** Measures a serving that answers a single user in 5 ms and keeps the p99 bounds up to the rates in {@link LIMITS}. */
export const measureLimited = (
  measurement: Measurement,
  { aloneMs = 5, ...extra }: Partial<CompletedMeasurement> & { readonly aloneMs?: number } = {},
): CompletedMeasurement => {
  const { level, durationSeconds } = measurement;
  if (level.loop === 'closed') {
    const latencyMs = level.virtualUsers === 1 ? aloneMs : 80;
    const load = evenLoad(CAPACITY * durationSeconds, latencyMs, durationSeconds);
    return completedMeasurement(measurement, load, extra);
  }
  const { p99Ms = 100 } = LIMITS.find(({ rate }) => level.ratePerSecond <= rate) ?? {};
  const answers = Math.round(level.ratePerSecond * durationSeconds);
  return completedMeasurement(measurement, evenLoad(answers, p99Ms - 1, durationSeconds), extra);
};

export type Measure = (measurement: Measurement) => CompletedMeasurement;

/** Runs the rest of a plan with searches. */
export const runSearched = (
  plan: Plan,
  measure: Measure = measureLimited,
  records: readonly ResultRecord[] = [],
): readonly ResultRecord[] => {
  const all = [...records];
  const done = new Set(
    records.flatMap((record) => (record.kind === 'measurement' ? [record.measurement.id] : [])),
  );
  const queue = createMeasurementQueue(plan, plan.measurements, ({ id }) => done.has(id), records);
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    // Numbers have no gaps. The total shrinks when a search ends early.
    expect(next.number).toBe(all.length + 1);
    expect(next.number).toBeLessThanOrEqual(next.total);
    expect(next.total).toBeLessThanOrEqual(queue.total);
    const record = measure(next.measurement);
    all.push(record);
    queue.note(record);
  }
  return all;
};
