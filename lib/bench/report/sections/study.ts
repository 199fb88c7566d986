import type { StudyComparison, StudyFigure, StudyRow } from '../../analysis/study-comparison.ts';
import type { Summary } from '../../analysis/summary.ts';
import { studySource } from '../../published/published-points.ts';
import { joined } from '../../wording/format-number.ts';
import type { Labels } from '../../wording/labels.ts';
import {
  blocks,
  table,
  text,
  countColumn,
  figureColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
} from '../blocks.ts';
import type { Column, Section } from '../model.ts';

const comparedColumns = (
  key: string,
  title: string,
  unit: string,
  figureOf: (row: StudyRow) => StudyFigure | undefined,
): readonly Column<StudyRow>[] => [
  figureColumn(`${key}_study`, `${title}, study’s`, unit, (row) => figureOf(row)?.study),
  figureColumn(`${key}_ours`, 'ours', unit, (row) => figureOf(row)?.ours),
  figureColumn(`${key}_ratio`, 'ratio', undefined, (row) => figureOf(row)?.ratio),
];

const columnsOf = (labels: Labels): readonly Column<StudyRow>[] => [
  targetColumn(labels),
  scenarioColumn,
  countColumn('virtual_users', 'VUs', ({ virtualUsers }) => virtualUsers),
  ...comparedColumns('request_rate', 'Rate', 'requests/s', (row) => row.requestRatePerSecond),
  ...comparedColumns('median_ms', 'Median', 'ms', (row) => row.medianMs),
  ...comparedColumns('failed_percent', 'Failed', '%', (row) => row.failedPercent),
  wordColumn('note', 'Note on the study', ({ notes }) => notes.join('; ')),
];

/** Whether to compare absolute figures, and where those of the study come from. */
const footnoteOf = ({ plan }: Summary, { sameMachines }: StudyComparison): string =>
  joined(
    ' ',
    sameMachines
      ? 'Machines and software are like those of the study.'
      : 'Machines or software are not the study’s: compare how figures change with the load, not the figures themselves.',
    plan.options.middleware === undefined &&
      'The middleware does not have the study’s settings, which limited most of its rates; the profile study-rig has them.',
    `Medians: means of the medians of the repeats. ${studySource} Its figures were read from charts.`,
  );

/** The run beside the study of 2021; undefined if they have no level in common. */
export const studySection = (summary: Summary, labels: Labels): Section | undefined => {
  const { study } = summary;
  return (
    study && {
      id: 'study',
      title: 'Beside the study of 2021',
      blocks: blocks(
        table('Figures of the study and of this run', columnsOf(labels), study.rows),
        text(footnoteOf(summary, study), 'small'),
      ),
    }
  );
};
