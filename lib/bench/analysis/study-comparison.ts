import type { Target, Scenario } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import { publishedSeriesOf } from '../published/published-points.ts';
import { studyMachines } from '../published/study-rig.ts';
import type { SummaryRow } from './summary-row.ts';

/** One figure of ours beside the study's. */
export interface StudyFigure {
  readonly ours: number;
  readonly study: number;
  /** Ours ÷ the study's. Absent if the study's is 0. */
  readonly ratio?: number;
}

/** One row of the run beside what the study of 2021 printed for the same load. */
export interface StudyRow {
  readonly target: Target;
  readonly scenario: Scenario;
  readonly virtualUsers: number;
  /** Absent, like the other figures, if one side has none. */
  readonly requestRatePerSecond?: StudyFigure;
  /** Averages of the repeats' medians, on both sides. */
  readonly medianMs?: StudyFigure;
  readonly failedPercent?: StudyFigure;
  /** Remarks on the study's figures. */
  readonly notes: readonly string[];
}

/** The run beside the study of 2021. */
export interface StudyComparison {
  /** Whether machines and software are like the study's, so that absolute figures may be compared. */
  readonly sameMachines: boolean;
  readonly rows: readonly StudyRow[];
}

const beside = (ours: number | undefined, study: number | undefined): StudyFigure | undefined => {
  if (ours === undefined || study === undefined) return undefined;
  return { ours, study, ratio: study === 0 ? undefined : ours / study };
};

const rowBeside = (row: SummaryRow): readonly StudyRow[] => {
  const { target, scenario, level } = row;
  if (row.engine === 'noop' || row.repeats === 0 || level.loop !== 'closed') return [];
  const { virtualUsers } = level;
  const series = publishedSeriesOf(target, scenario);
  const point = series?.points.find((one) => one.virtualUsers === virtualUsers);
  if (series === undefined || point === undefined) return [];
  const share = row.failedShare;
  return [
    {
      target,
      scenario,
      virtualUsers,
      requestRatePerSecond: beside(row.requestRatePerSecond?.value, point.requestRatePerSecond),
      medianMs: beside(row.averageOfMediansMs, point.medianMs),
      failedPercent: beside(share === undefined ? undefined : share * 100, point.failedPercent),
      notes: series.notes
        .filter(({ from, to }) => from <= virtualUsers && virtualUsers <= to)
        .map(({ text }) => text),
    },
  ];
};

const isOnStudyMachines = ({ aws }: Environment): boolean =>
  aws !== undefined &&
  aws.pairs.length > 0 &&
  aws.pairs.every(
    ({ serving, middleware }) =>
      serving.instanceType === studyMachines.servingInstanceType &&
      middleware.instanceType === studyMachines.middlewareInstanceType,
  );

/**
 * The rows of a run beside the points that the study of 2021 printed for the same serving, protocol, payload, scenario and
 * number of virtual users. Undefined if there are none.
 */
export const compareWithStudy = (
  { runtime }: Pick<Plan, 'runtime'>,
  environment: Environment,
  rows: readonly SummaryRow[],
): StudyComparison | undefined => {
  const compared = rows.flatMap(rowBeside);
  return compared.length === 0
    ? undefined
    : {
        sameMachines: runtime === 'container' && isOnStudyMachines(environment),
        rows: compared,
      };
};
