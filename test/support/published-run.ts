import { isServingName } from '../../serving-configs/index.ts';
import type { Target, Scenario } from '../../lib/bench/model/measurement.ts';
import type { PlanOptions } from '../../lib/bench/model/plan-options.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/resolve-plan-options.ts';
import {
  publishedSeries,
  type PublishedPoint,
  type PublishedSeries,
} from '../../lib/bench/published/published-points.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import {
  closed,
  completedMeasurement,
  evenLoad,
  planMeasurement,
  recordedEnvironment,
  recordedPlan,
} from './recorded-run.ts';

/** How a series in a recorded run differs from the study. */
interface Changes {
  readonly rate?: (point: PublishedPoint) => number;
  readonly failed?: number;
  readonly target?: Partial<Target>;
}

const SECONDS = 60;

/** The series of the study for a protocol and a scenario. */
export const studySeries = (protocol: Target['protocol'], scenario: Scenario): PublishedSeries[] =>
  publishedSeries.filter(
    (series) => series.target.protocol === protocol && series.scenario === scenario,
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

/** A run with the figures of the study, except for the given changes. */
export const publishedRun = (
  series: readonly PublishedSeries[],
  changesOf: (series: PublishedSeries) => Changes = () => ({}),
  options: Partial<PlanOptions> = { profile: 'study-rig' },
): RunData => {
  const changed = series.map((each) => ({ changes: changesOf(each), ...each }));
  const measurements = changed.flatMap(({ changes, target, scenario, points }) =>
    points.map((point) => {
      const measurement = planMeasurement({
        target: { ...target, ...changes.target },
        scenario,
        level: closed(point.virtualUsers),
        durationSeconds: SECONDS,
      });
      const rate = changes.rate?.(point) ?? point.requestRatePerSecond ?? 1;
      const load = evenLoad(Math.round(rate * SECONDS), point.medianMs, SECONDS, {
        failed: changes.failed ?? 0,
        failures: {},
      });
      return { measurement, record: completedMeasurement(measurement, load) };
    }),
  );
  const plan = recordedPlan(
    measurements.map(({ measurement }) => measurement),
    changed.map(({ target, changes }) => ({ ...target, ...changes.target })),
  );
  return {
    plan: { ...plan, options: resolvePlanOptions({ seed: 7, ...options }) },
    environment: recordedEnvironment,
    records: measurements.map(({ record }) => record),
  };
};
