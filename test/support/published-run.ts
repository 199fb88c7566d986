import { isServingName } from '../../serving-configs/index.ts';
import type { Target, Scenario } from '../../lib/bench/model/measurement.ts';
import type { PlanOptions } from '../../lib/bench/model/plan-options.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/plan-options.ts';
import {
  publishedSeries,
  type PublishedPoint,
  type PublishedSeries,
} from '../../lib/bench/published/published-points.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import {
  closed,
  completedMeasurement,
  loadResult,
  planMeasurement,
  recordedEnvironment,
  recordedPlan,
} from './recorded-run.ts';

/** What a series of the study becomes in a recorded run: what it printed, but for these. */
export interface Told {
  readonly rate?: (point: PublishedPoint) => number;
  readonly failed?: number;
  readonly target?: Partial<Target>;
}

const SECONDS = 60;

/** The series of the study over a protocol in a scenario, those with rates first. */
export const studySeries = (protocol: Target['protocol'], scenario: Scenario): PublishedSeries[] =>
  publishedSeries.filter(
    ({ target, scenario: printed }) => target.protocol === protocol && printed === scenario,
  );

export const seriesOfServing = (
  name: string,
  protocol: Target['protocol'] = 'rest',
  scenario: Scenario = 'cold',
): PublishedSeries => {
  const found = studySeries(protocol, scenario).find(({ target }) => target.serving === name);
  if (found === undefined || !isServingName(name)) throw new Error(`no series of ${name}`);
  return found;
};

/** A run whose records say what the study printed, but for what is told otherwise. */
export const publishedRun = (
  series: readonly PublishedSeries[],
  tell: (series: PublishedSeries) => Told = () => ({}),
  options: Partial<PlanOptions> = { profile: 'parity' },
): RunData => {
  const told = series.map((one) => ({ says: tell(one), ...one }));
  const measurements = told.flatMap(({ says, target, scenario, points }) =>
    points.map((point) => {
      const ours = { ...target, ...says.target };
      const measurement = planMeasurement(
        ours,
        'onnx',
        scenario,
        closed(point.virtualUsers),
        1,
        SECONDS,
      );
      const rate = says.rate?.(point) ?? point.requestRatePerSecond ?? 1;
      const load = loadResult(
        Array.from({ length: Math.round(rate * SECONDS) }, () => point.medianMs),
        SECONDS,
        { failed: says.failed ?? 0, failures: {} },
      );
      return { measurement, record: completedMeasurement(measurement, load) };
    }),
  );
  const plan = recordedPlan(
    measurements.map(({ measurement }) => measurement),
    told.map(({ target, says }) => ({ ...target, ...says.target })),
  );
  return {
    plan: { ...plan, options: resolvePlanOptions({ seed: 7, ...options }) },
    environment: recordedEnvironment,
    records: measurements.map(({ record }) => record),
  };
};
