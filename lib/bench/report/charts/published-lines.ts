import type { StudyComparison, StudyFigure, StudyRow } from '../../analysis/study-comparison.ts';
import { targetId } from '../../model/measurement.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { groupBy } from '../../analysis/group-by.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import type { TargetLooks } from './target-lines.ts';
import type { Line, Point } from './plot.ts';

/** The key of the published figures, for legends. */
export const STUDY_KEY = { hollow: 'the study of 2021' } as const;

/** What hollow markers are, for captions; false where there are none. */
export const studySentence = (
  lines: readonly Line[],
  study: StudyComparison | undefined,
): string | false =>
  study !== undefined &&
  lines.length > 0 &&
  `Hollow: what the study of 2021 printed for the same target and load${study.sameMachines ? '' : ', on other machines'}.`;

/** One of the figures that the study printed, and its words. */
interface FigureWords {
  readonly what: string;
  readonly unit: string;
  readonly of: (row: StudyRow) => StudyFigure | undefined;
}

const pointOf = (label: string, row: StudyRow, figure: FigureWords): readonly Point[] => {
  const reading = figure.of(row)?.study;
  if (reading === undefined) return [];
  const { virtualUsers } = row;
  const { value, error } = reading;
  const load = levelLabel({ loop: 'closed', virtualUsers });
  const text = `${formatFigure(value)} ± ${formatFigure(error)}`;
  const tip = `${label}, ${load}, the study of 2021\n${figure.what} ${text} ${figure.unit}`;
  return [{ x: virtualUsers, y: value, standing: 'sound', tip }];
};

/** What the study printed for the rows of a group, as markers without a line. Targets that it did not measure have none. */
export const publishedLines = (
  { rows, scenario, loop }: RowGroup,
  looks: TargetLooks,
  study: StudyComparison | undefined,
  figure: FigureWords,
): readonly Line[] => {
  if (loop !== 'closed' || study === undefined) return [];
  const shown = new Set(rows.map(({ target }) => targetId(target)));
  const ofScenario = study.rows.filter((row) => row.scenario === scenario);
  const byTarget = groupBy(ofScenario, ({ target }) => targetId(target));
  return [...byTarget].flatMap(([id, own]): Line[] => {
    const look = looks.get(id);
    if (look === undefined || !shown.has(id)) return [];
    const points = own.flatMap((row) => pointOf(look.label, row, figure));
    const { label, path } = look;
    return points.length === 0 ? [] : [{ label, path, stroke: 'hollow', points }];
  });
};
