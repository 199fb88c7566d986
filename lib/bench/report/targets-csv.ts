import type { TargetCost } from '../analysis/costs.ts';
import type { ColdStart, OverRepeats } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId, type Measurement, type Target, type Scenario } from '../model/measurement.ts';
import { COST_COLUMNS } from './cost-columns.ts';
import { csvText, runFields } from './csv-text.ts';
import { figureAsNumber } from '../wording/format-number.ts';
import { csvCell } from './keyed-column.ts';

/** All that a run says of one target in one scenario, beyond its levels. */
interface TargetRow {
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly scenario: Scenario;
  readonly cost: TargetCost | undefined;
  readonly start: ColdStart | undefined;
}

const isOf =
  ({ target, engine, scenario }: Pick<TargetRow, 'target' | 'engine' | 'scenario'>) =>
  (other: {
    readonly target: Target;
    readonly engine: Measurement['engine'];
    readonly scenario?: Scenario;
  }): boolean =>
    targetId(other.target) === targetId(target) &&
    other.engine === engine &&
    (other.scenario ?? 'cold') === scenario;

const rowsOf = ({ rows, costs, coldStarts = [] }: Summary): readonly TargetRow[] => {
  const firsts = new Map(
    rows
      .toReversed()
      .map((row) => [`${targetId(row.target)}/${row.engine}/${row.scenario}`, row] as const),
  );
  return [...firsts.values()].toReversed().flatMap((row) => {
    const { target, engine, scenario } = row;
    const [cost, ...others] = costs?.targets.filter(isOf(row)) ?? [];
    return [
      { target, engine, scenario, cost, start: coldStarts.find(isOf(row)) },
      // What does not depend on the bound would stand twice.
      ...others.map((other) => ({ target, engine, scenario, cost: other, start: undefined })),
    ];
  });
};

type Column = readonly [name: string, text: (row: TargetRow) => string];

const overColumns = (key: string, of: (start: ColdStart) => OverRepeats): readonly Column[] =>
  (['value', 'min', 'max'] as const).map((part): Column => [
    part === 'value' ? key : `${key}_${part}`,
    ({ start }) => (start === undefined ? '' : figureAsNumber(of(start)[part])),
  ]);

const COLUMNS: readonly Column[] = [
  ['target', ({ target }) => targetId(target)],
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
 * `targets.csv`: a line a target, engine and scenario: what it costs, how it starts; and one more with its cost for each further
 * bound of p99.
 */
export const renderTargetsCsv = (summary: Summary): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    rowsOf(summary).map((row) => COLUMNS.map(([, text]) => text(row))),
    runFields(summary),
  );
