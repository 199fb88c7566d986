import type { Target, Scenario } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import { publishedSeriesOf } from '../published/published-points.ts';
import { studyMachines } from '../published/study-rig.ts';
import type { SummaryRow } from './summary-row.ts';

/** One of our figures beside the study's. */
export interface StudyFigure {
  readonly ours: number;
  readonly study: number;
  /** Ours ÷ study; absent if the study's figure is 0. */
  readonly ratio?: number;
}

/** One row of the run beside the study's figures for the same level. */
export interface StudyRow {
  readonly target: Target;
  readonly scenario: Scenario;
  readonly virtualUsers: number;
  /** Absent, like the other figures, if either side has none. */
  readonly requestRatePerSecond?: StudyFigure;
  /** On both sides the mean of the repeats' medians. */
  readonly medianMs?: StudyFigure;
  readonly failedPercent?: StudyFigure;
  /** Remarks on the study's figures. */
  readonly notes: readonly string[];
}

/** A run beside the study of 2021. */
export interface StudyComparison {
  /** Whether machines and software resemble the study's, so that absolute figures are comparable. */
  readonly sameMachines: boolean;
  readonly rows: readonly StudyRow[];
}

const compareFigure = (
  ours: number | undefined,
  study: number | undefined,
): StudyFigure | undefined => {
  if (ours === undefined || study === undefined) return undefined;
  return { ours, study, ratio: study === 0 ? undefined : ours / study };
};

const compareRow = (row: SummaryRow): readonly StudyRow[] => {
  const { target, scenario, level } = row;
  if (row.engine === 'noop' || row.repeats === 0 || level.loop !== 'closed') return [];
  const { virtualUsers } = level;
  const series = publishedSeriesOf(target, scenario);
  const point = series?.points.find((candidate) => candidate.virtualUsers === virtualUsers);
  if (series === undefined || point === undefined) return [];
  const share = row.failedShare;
  return [
    {
      target,
      scenario,
      virtualUsers,
      requestRatePerSecond: compareFigure(
        row.requestRatePerSecond?.value,
        point.requestRatePerSecond,
      ),
      medianMs: compareFigure(row.averageOfMediansMs, point.medianMs),
      failedPercent: compareFigure(
        share === undefined ? undefined : share * 100,
        point.failedPercent,
      ),
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
 * Compares the rows of a run with the study's points of the same serving, protocol, payload, scenario and number of virtual users.
 * Undefined if there are none.
 */
export const compareWithStudy = (
  { runtime }: Pick<Plan, 'runtime'>,
  environment: Environment,
  rows: readonly SummaryRow[],
): StudyComparison | undefined => {
  const compared = rows.flatMap(compareRow);
  return compared.length === 0
    ? undefined
    : {
        sameMachines: runtime === 'container' && isOnStudyMachines(environment),
        rows: compared,
      };
};
