import {
  array,
  boolean,
  described,
  number,
  object,
  optional,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { scenarioSchema, targetSchema } from '../model/measurement.ts';
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import { publishedSeriesOf } from '../published/published-points.ts';
import { studyMachines } from '../published/study-rig.ts';
import type { SummaryRow } from './summary-row.ts';

export const studyFigureSchema = object(
  {
    ours: number(),
    study: number(),
    ratio: optional(number("Ours ÷ study; absent if the study's figure is 0.")),
  },
  "One of our figures beside the study's.",
);
export interface StudyFigure extends Static<typeof studyFigureSchema> {}

export const studyRowSchema = object(
  {
    target: targetSchema,
    scenario: scenarioSchema,
    virtualUsers: number(),
    requestRatePerSecond: optional(
      described(studyFigureSchema, 'Absent, like the other figures, if either side has none.'),
    ),
    medianMs: optional(
      described(studyFigureSchema, "On both sides the mean of the repeats' medians."),
    ),
    failedPercent: optional(studyFigureSchema),
    notes: array(string(), "Remarks on the study's figures."),
  },
  "One row of the run beside the study's figures for the same level.",
);
export interface StudyRow extends Static<typeof studyRowSchema> {}

export const studyComparisonSchema = object(
  {
    sameMachines: boolean(
      "Whether machines and software resemble the study's, so that absolute figures are comparable.",
    ),
    rows: array(studyRowSchema),
  },
  'A run beside the study of 2021.',
);
export interface StudyComparison extends Static<typeof studyComparisonSchema> {}

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

/** The study’s type, and the one with the same processors and more network, on which the profile runs by default. */
const MIDDLEWARE_TYPES: readonly string[] = [studyMachines.middlewareInstanceType, 'c5n.xlarge'];

const isOnStudyMachines = ({ aws }: Environment): boolean =>
  aws !== undefined &&
  aws.pairs.length > 0 &&
  aws.pairs.every(
    ({ serving, middleware }) =>
      serving.instanceType === studyMachines.servingInstanceType &&
      MIDDLEWARE_TYPES.includes(middleware.instanceType),
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
