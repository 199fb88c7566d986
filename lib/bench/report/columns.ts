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
  joined,
  NO_FIGURE,
} from '../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../wording/labels.ts';
import type { Chip, Column } from './model.ts';

type Value = string | number | boolean | undefined;

/** A column of words; {@link NO_FIGURE} if a row has none. */
export const wordColumn = <Row>(
  key: string,
  title: string,
  wordsOf: (row: Row) => string | undefined,
  more: Partial<Column<Row>> = {},
): Column<Row> => ({
  key,
  title,
  value: wordsOf,
  text: (row) => wordsOf(row) ?? NO_FIGURE,
  ...more,
});

/** A column of whole numbers. */
export const countColumn = <Row>(
  key: string,
  title: string,
  countOf: (row: Row) => number | undefined,
): Column<Row> => ({
  key,
  title,
  isFigure: true,
  value: countOf,
  text: (row) => String(countOf(row) ?? NO_FIGURE),
});

/** A column for programs only: it appears in CSV and is not rounded. */
export const dataColumn = <Row>(key: string, valueOf: (row: Row) => Value): Column<Row> => ({
  key,
  title: key,
  value: valueOf,
  text: (row) => String(valueOf(row) ?? ''),
});

/** A column of measured figures with three significant digits in every format. */
export const figureColumn = <Row>(
  key: string,
  title: string,
  unit: string | undefined,
  figureOf: (row: Row) => number | undefined,
): Column<Row> => ({
  key,
  title,
  unit,
  isFigure: true,
  value: (row) => figureAsNumber(figureOf(row)),
  text: (row) => formatFigure(figureOf(row)),
});

/** The arguments of {@link figureColumn}. */
export type FigureSpec<Row> = Parameters<typeof figureColumn<Row>>;

/** Several {@link figureColumn}s. */
export const figureColumns = <Row>(specs: readonly FigureSpec<Row>[]): readonly Column<Row>[] =>
  specs.map((spec) => figureColumn(...spec));

/** A column of figures with their intervals, whose ends follow in CSV. */
export const estimateColumn = <Row>(
  key: string,
  title: string,
  unit: string | undefined,
  estimateOf: (row: Row) => Estimate | undefined,
  [low, high]: readonly [low: string, high: string] = ['_low95', '_high95'],
): Column<Row> => ({
  ...figureColumn<Row>(key, title, unit, (row) => estimateOf(row)?.value),
  detail: (row) => formatInterval(estimateOf(row)?.interval),
  parts: [
    [low, (row) => figureAsNumber(estimateOf(row)?.interval?.low)],
    [high, (row) => figureAsNumber(estimateOf(row)?.interval?.high)],
  ],
});

/** A column of chips; in CSV their full sentences. */
export const chipColumn = <Row>(
  key: string,
  title: string,
  chips: (row: Row) => readonly Chip[],
): Column<Row> => ({
  key,
  title,
  value: (row) => joined('; ', ...chips(row).map(({ text, long = text }) => long)),
  text: (row) => joined('; ', ...chips(row).map(({ text }) => text)),
  chips,
});

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
  'Level',
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
