import type { StudyComparison, StudyFigure, StudyRow } from '../analysis/study-comparison.ts';
import type { Summary } from '../analysis/summary.ts';
import { studySource } from '../published/published-points.ts';
import { csvText, runFields } from './csv-text.ts';
import {
  csvCell,
  figureColumn,
  textColumn,
  valueColumn,
  type KeyedColumn,
} from './keyed-column.ts';
import { headColumns } from './target-column.ts';

export const STUDY_TITLE = 'Beside the study of 2021';

const figureColumns = (
  key: string,
  title: string,
  figureOf: (row: StudyRow) => StudyFigure | undefined,
): readonly KeyedColumn<StudyRow>[] => [
  valueColumn(`${key}_study`, `${title}, study`, (row) => figureOf(row)?.study.value),
  valueColumn(`${key}_ours`, 'ours', (row) => figureOf(row)?.ours),
  valueColumn(`${key}_ratio`, 'ratio', (row) => figureOf(row)?.ratio),
];

/** The columns of the table; targets are named by `labels`, or by their ids. */
export const studyColumns = (
  labels: ReadonlyMap<string, string> = new Map(),
): readonly KeyedColumn<StudyRow>[] => [
  ...headColumns<StudyRow>(labels),
  figureColumn('virtual_users', 'VUs', ({ virtualUsers }) => String(virtualUsers)),
  ...figureColumns('request_rate', 'req/s', (row) => row.requestRatePerSecond),
  ...figureColumns('median_ms', 'median ms', (row) => row.medianMs),
  ...figureColumns('failed_percent', 'failed %', (row) => row.failedPercent),
  textColumn('note', 'Note on the study', ({ notes }) => notes.join('; ')),
];

/** Below the table: whether to compare absolute figures, and where the study's come from. */
export const studyFootnote = ({ plan }: Summary, { sameMachines }: StudyComparison): string =>
  [
    sameMachines
      ? 'Machines and software are of the kind that the study had.'
      : 'Machines or software are not the study’s: compare how figures change with the load, not the figures themselves.',
    ...(plan.options?.middleware === undefined
      ? [
          'The middleware is not set as the study’s was, which limited most of its rates; profile parity sets it so.',
        ]
      : []),
    `Medians: means of the medians of the repeats. ${studySource} Its figures were read from charts.`,
  ].join(' ');

/** `study.csv`: one line a target, scenario and number of virtual users that the study has, too. */
export const renderStudyCsv = (summary: Summary, { rows }: StudyComparison): string => {
  const columns = studyColumns();
  return csvText(
    columns.map(({ key }) => key),
    rows.map((row) => columns.map((column) => csvCell(column, row))),
    runFields(summary),
  );
};
