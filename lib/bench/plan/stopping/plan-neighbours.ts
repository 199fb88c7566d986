import { groupBy } from '../../analysis/group-by.ts';
import { rowKey } from '../../analysis/row-key.ts';
import { levelId, pathId, type Cell } from '../cell.ts';

/** The cells of a plan that matter for another one. */
export interface PlanNeighbours {
  /** One cell of each other path at the same scenario and level. */
  readonly rivals: (cell: Cell) => readonly Cell[];
  /** One cell of each level of the same path and scenario, the cell's own among them. */
  readonly curve: (cell: Cell) => readonly Cell[];
  /** What a ceiling is the ceiling of, in its repeat: the measured cells of its path at its level, else of its path. */
  readonly under: (ceiling: Cell) => readonly Cell[];
  readonly repeats: number;
}

const onePerRow = (cells: readonly Cell[]): readonly Cell[] => [
  ...new Map(cells.map((cell) => [rowKey(cell), cell])).values(),
];

const familyOf = ({ engine, scenario, level }: Cell): string =>
  `${engine}/${scenario}/${levelId(level)}`;

const curveOf = ({ path, engine, scenario }: Cell): string =>
  `${pathId(path)}/${engine}/${scenario}`;

const repeatOf = ({ path, repeat }: Cell): string => `${pathId(path)}/${repeat}`;

/** Indexes a plan once, so that each question takes no time of its own. */
export const createPlanNeighbours = (cells: readonly Cell[]): PlanNeighbours => {
  const rows = onePerRow(cells);
  const families = groupBy(rows, familyOf);
  const curves = groupBy(rows, curveOf);
  const measured = groupBy(
    cells.filter(({ engine }) => engine !== 'null'),
    repeatOf,
  );
  return {
    rivals: (cell) =>
      (families.get(familyOf(cell)) ?? []).filter(({ path }) => pathId(path) !== pathId(cell.path)),
    curve: (cell) => curves.get(curveOf(cell)) ?? [],
    under: (ceiling) => {
      const ofPath = measured.get(repeatOf(ceiling)) ?? [];
      const same = ofPath.filter(({ level }) => levelId(level) === levelId(ceiling.level));
      return same.length > 0 ? same : ofPath;
    },
    repeats: cells.reduce((most, { repeat }) => Math.max(most, repeat), 0),
  };
};
