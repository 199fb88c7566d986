import {
  targetId,
  type Measurement,
  type Level,
  type Target,
  type Scenario,
} from '../model/measurement.ts';
import type { Estimate } from '../stats/interval.ts';
import {
  figureAsNumber,
  formatFigure,
  formatInterval,
  NO_FIGURE,
} from '../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../wording/labels.ts';
import type { Chip, Column } from './model.ts';

type Value = string | number | boolean | undefined;

/** A column of words. */
export const wordColumn = <Row>(
  key: string,
  title: string,
  of: (row: Row) => string,
): Column<Row> => ({ key, title, value: of, text: of });

/** A column of whole numbers. */
export const countColumn = <Row>(
  key: string,
  title: string,
  of: (row: Row) => number | undefined,
): Column<Row> => ({
  key,
  title,
  isFigure: true,
  value: of,
  text: (row) => String(of(row) ?? NO_FIGURE),
});

/** What only programs read: it stands in CSV, and is not rounded. */
export const dataColumn = <Row>(key: string, of: (row: Row) => Value): Column<Row> => ({
  key,
  title: key,
  value: of,
  text: (row) => String(of(row) ?? ''),
});

/** A column of measured figures, with three significant digits in every format. */
export const figureColumn = <Row>(
  key: string,
  title: string,
  unit: string | undefined,
  of: (row: Row) => number | undefined,
): Column<Row> => ({
  key,
  title,
  unit,
  isFigure: true,
  value: (row) => figureAsNumber(of(row)),
  text: (row) => formatFigure(of(row)),
});

/** {@link figureColumn}, one a line. */
export const figureColumns = <Row>(
  columns: readonly (readonly [
    key: string,
    title: string,
    unit: string | undefined,
    of: (row: Row) => number | undefined,
  ])[],
): readonly Column<Row>[] => columns.map((column) => figureColumn(...column));

/** A figure with its interval, whose ends follow it in CSV. */
export const estimateColumn = <Row>(
  key: string,
  title: string,
  unit: string | undefined,
  of: (row: Row) => Estimate | undefined,
  [low, high]: readonly [low: string, high: string] = ['_low95', '_high95'],
): Column<Row> => ({
  ...figureColumn<Row>(key, title, unit, (row) => of(row)?.value),
  detail: (row) => formatInterval(of(row)?.interval),
  parts: [
    [low, (row) => figureAsNumber(of(row)?.interval?.low)],
    [high, (row) => figureAsNumber(of(row)?.interval?.high)],
  ],
});

/** A column of words that stand out. */
export const chipColumn = <Row>(
  key: string,
  title: string,
  chips: (row: Row) => readonly Chip[],
): Column<Row> => ({
  key,
  title,
  value: (row) =>
    chips(row)
      .map(({ text, long = text }) => long)
      .join('; '),
  text: (row) =>
    chips(row)
      .map(({ text }) => text)
      .join('; '),
  chips,
});

/** What names the rows of a table. */
export const headColumn = <Row>(column: Column<Row>): Column<Row> => ({ ...column, isHead: true });

export const targetColumn = <Row extends { readonly target: Target }>(
  labels: Labels,
): Column<Row> => ({
  key: 'target',
  title: 'Target',
  isHead: true,
  value: ({ target }) => targetId(target),
  text: ({ target }) => labelOf(labels, target),
});

export const engineColumn: Column<{ readonly engine: Measurement['engine'] }> = wordColumn(
  'engine',
  'Engine',
  ({ engine }) => engine,
);

export const scenarioColumn: Column<{ readonly scenario: Scenario }> = wordColumn(
  'scenario',
  'Scenario',
  ({ scenario }) => scenario,
);

/** The load for people; CSV has {@link LOAD_COLUMNS}. */
export const loadColumn: Column<{ readonly level: Level }> = wordColumn(
  'load',
  'Load',
  ({ level }) => levelLabel(level),
);

/** The load for programs. */
export const LOAD_COLUMNS: readonly Column<{
  readonly scenario: Scenario;
  readonly level: Level;
}>[] = [
  scenarioColumn,
  dataColumn('loop', ({ level }) => level.loop),
  dataColumn('virtual_users', ({ level }) =>
    level.loop === 'closed' ? level.virtualUsers : undefined,
  ),
  dataColumn('offered_rate_per_second', ({ level }) =>
    level.loop === 'open' ? level.ratePerSecond : undefined,
  ),
  dataColumn('arrivals', ({ level }) => (level.loop === 'open' ? level.arrivals : undefined)),
];

/** Which target and engine, for programs. */
export const TARGET_COLUMNS: readonly Column<{
  readonly target: Target;
  readonly engine: Measurement['engine'];
}>[] = [
  dataColumn('serving', ({ target }) => target.serving),
  dataColumn('protocol', ({ target }) => target.protocol),
  dataColumn('payload', ({ target }) => target.payload),
  dataColumn('encoding', ({ target }) => target.encoding),
  engineColumn,
];
