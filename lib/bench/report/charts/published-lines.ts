import type {
  Reproduced,
  ReproducedRow,
  Reproduction,
} from '../../analysis/reproduction/reproduction.ts';
import { pathId } from '../../plan/cell.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import type { ChartLine, ChartPoint } from './chart-line.ts';
import type { PathLooks } from './path-lines.ts';

/** Of the published figures, in legends. */
export const STUDY_KEY = { label: 'the study of 2021', stroke: 'hollow' } as const;

/** What hollow markers are, for captions. */
export const studySentence = ({ sameMachines }: Reproduction): string =>
  `Hollow: what the study of 2021 printed for the same path and load${sameMachines ? '' : ', on other machines'}.`;

/** One of the figures that the study printed, and its words. */
export interface StudyFigure {
  readonly what: string;
  readonly unit: string;
  readonly of: (row: ReproducedRow) => Reproduced | undefined;
}

const pointOf = (label: string, row: ReproducedRow, figure: StudyFigure): readonly ChartPoint[] => {
  const reproduced = figure.of(row);
  if (reproduced === undefined) return [];
  const { virtualUsers } = row;
  const { value, error } = reproduced.published;
  const load = levelLabel({ loop: 'closed', virtualUsers });
  const reading = `${formatFigure(value)} ± ${formatFigure(error)}`;
  const tip = `${label}, ${load}, the study of 2021\n${figure.what} ${reading} ${figure.unit}`;
  return [{ x: virtualUsers, y: value, tip }];
};

/** What the study printed for the rows of a group, as markers without a line. Paths that it did not measure have none. */
export const publishedLines = (
  { rows, scenario, loop }: RowGroup,
  looks: PathLooks,
  reproduction: Reproduction | undefined,
  figure: StudyFigure,
): readonly ChartLine[] => {
  if (loop !== 'closed' || reproduction === undefined) return [];
  const shown = new Set(rows.map(({ path }) => pathId(path)));
  return reproduction.series.flatMap((series): ChartLine[] => {
    const id = pathId(series.path);
    const look = looks.get(id);
    if (look === undefined || series.scenario !== scenario || !shown.has(id)) return [];
    const points = series.rows.flatMap((row) => pointOf(look.label, row, figure));
    return points.length === 0 ? [] : [{ ...look, stroke: 'hollow', points }];
  });
};
