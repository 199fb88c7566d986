import type { PathCost } from '../analysis/costs.ts';
import type { ColdStart, OverRepeats } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId, type Cell, type Path, type Scenario } from '../model/cell.ts';
import { COST_COLUMNS } from './cost-columns.ts';
import { csvText, runFields } from './csv-text.ts';
import { figureAsNumber } from '../wording/format-number.ts';
import { csvCell } from './keyed-column.ts';

/** All that a run says of one path in one scenario, beyond its levels. */
interface PathRow {
  readonly path: Path;
  readonly engine: Cell['engine'];
  readonly scenario: Scenario;
  readonly cost: PathCost | undefined;
  readonly start: ColdStart | undefined;
}

const isOf =
  ({ path, engine, scenario }: Pick<PathRow, 'path' | 'engine' | 'scenario'>) =>
  (other: {
    readonly path: Path;
    readonly engine: Cell['engine'];
    readonly scenario?: Scenario;
  }): boolean =>
    pathId(other.path) === pathId(path) &&
    other.engine === engine &&
    (other.scenario ?? 'cold') === scenario;

const rowsOf = ({ rows, costs, coldStarts = [] }: Summary): readonly PathRow[] => {
  const firsts = new Map(
    rows
      .toReversed()
      .map((row) => [`${pathId(row.path)}/${row.engine}/${row.scenario}`, row] as const),
  );
  return [...firsts.values()].toReversed().flatMap((row) => {
    const { path, engine, scenario } = row;
    const [cost, ...others] = costs?.paths.filter(isOf(row)) ?? [];
    return [
      { path, engine, scenario, cost, start: coldStarts.find(isOf(row)) },
      // What does not depend on the bound would stand twice.
      ...others.map((other) => ({ path, engine, scenario, cost: other, start: undefined })),
    ];
  });
};

type Column = readonly [name: string, text: (row: PathRow) => string];

const overColumns = (key: string, of: (start: ColdStart) => OverRepeats): readonly Column[] =>
  (['value', 'min', 'max'] as const).map((part): Column => [
    part === 'value' ? key : `${key}_${part}`,
    ({ start }) => (start === undefined ? '' : figureAsNumber(of(start)[part])),
  ]);

const COLUMNS: readonly Column[] = [
  ['path', ({ path }) => pathId(path)],
  ['engine', ({ engine }) => engine],
  ['scenario', ({ scenario }) => scenario],
  ...COST_COLUMNS.map((column): Column => [
    column.key,
    ({ cost }) => (cost === undefined ? '' : csvCell(column, cost)),
  ]),
  ['cold_starts', ({ start }) => String(start?.starts ?? '')],
  ...overColumns('time_to_ready_ms', ({ timeToReadyMs }) => timeToReadyMs),
  ...overColumns('first_request_ms', ({ firstRequestMs }) => firstRequestMs),
];

/**
 * `paths.csv`: a line a path, engine and scenario: what it costs, how it starts; and one more with its cost for each further
 * bound of p99.
 */
export const renderPathsCsv = (summary: Summary): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    rowsOf(summary).map((row) => COLUMNS.map(([, text]) => text(row))),
    runFields(summary),
  );
