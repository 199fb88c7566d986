import { isServingName } from '../../serving-configs/index.ts';
import type { Path, Scenario } from '../../lib/bench/plan/cell.ts';
import type { PlanOptions } from '../../lib/bench/plan/plan-options.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/plan-options.ts';
import {
  publishedSeries,
  type PublishedPoint,
  type PublishedSeries,
} from '../../lib/bench/published/published-points.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import {
  closed,
  completedCell,
  loadResult,
  planCell,
  recordedEnvironment,
  recordedPlan,
} from './recorded-run.ts';

/** What a series of the study becomes in a recorded run: rates and times by these factors. */
export interface Told {
  readonly rate?: (point: PublishedPoint, repeat: number) => number;
  readonly medianMs?: (point: PublishedPoint) => number;
  readonly failed?: number;
  readonly failures?: Readonly<Record<string, number>>;
  readonly path?: Partial<Path>;
  /** One, where nothing is said. */
  readonly repeats?: number;
}

const SECONDS = 60;

/** The series of the study over a protocol in a scenario, those with rates first. */
export const studySeries = (protocol: Path['protocol'], scenario: Scenario): PublishedSeries[] =>
  publishedSeries.filter(
    ({ path, scenario: printed }) => path.protocol === protocol && printed === scenario,
  );

export const seriesOfServing = (
  name: string,
  protocol: Path['protocol'] = 'rest',
  scenario: Scenario = 'cold',
): PublishedSeries => {
  const found = studySeries(protocol, scenario).find(({ path }) => path.serving === name);
  if (found === undefined || !isServingName(name)) throw new Error(`no series of ${name}`);
  return found;
};

/** A run whose records say what the study printed, but for what is told otherwise. */
export const publishedRun = (
  series: readonly PublishedSeries[],
  tell: (series: PublishedSeries) => Told = () => ({}),
  options: Partial<PlanOptions> = { profile: 'parity' },
): RunData => {
  const told = series.map((one) => ({ one, says: tell(one), ...one }));
  const cells = told.flatMap(({ one, says, path, scenario, points }) =>
    points.flatMap((point) =>
      Array.from({ length: says.repeats ?? 1 }, (_, index) => {
        const repeat = index + 1;
        const cell = planCell(
          { ...path, ...says.path },
          'onnx',
          scenario,
          closed(point.virtualUsers),
          repeat,
          SECONDS,
        );
        const rate = says.rate?.(point, repeat) ?? point.requestRatePerSecond?.value ?? 1;
        const medianMs = says.medianMs?.(point) ?? point.medianMs.value;
        const load = loadResult(
          Array.from({ length: Math.round(rate * SECONDS) }, () => medianMs),
          SECONDS,
          { failed: says.failed ?? 0, failures: says.failures ?? {} },
        );
        return { one, cell, record: completedCell(cell, load) };
      }),
    ),
  );
  const plan = recordedPlan(
    cells.map(({ cell }) => cell),
    told.map(({ path, says }) => ({ ...path, ...says.path })),
  );
  return {
    plan: { ...plan, options: resolvePlanOptions({ seed: 7, ...options }) },
    environment: recordedEnvironment,
    records: cells.map(({ record }) => record),
  };
};
