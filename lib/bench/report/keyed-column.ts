import { figureAsNumber, formatFigure, NO_FIGURE } from '../wording/format-number.ts';

/** A column of a table that says the same, under the same names, in every output. */
export interface KeyedColumn<Row> {
  /** Column of the CSV file. */
  readonly key: string;
  /** Heading of tables. */
  readonly title: string;
  readonly text: (row: Row) => string;
  /** In CSV, where the text of a figure is no number: as a bound is none. */
  readonly number?: (row: Row) => string;
  /** Whether it holds figures, which stand at the right. */
  readonly isFigure: boolean;
}

/** A column of figures. */
export const figureColumn = <Row>(
  key: string,
  title: string,
  text: (row: Row) => string,
  number: (row: Row) => string = text,
): KeyedColumn<Row> => ({ key, title, text, number, isFigure: true });

/** A column of numbers that are written as figures. */
export const valueColumn = <Row>(
  key: string,
  title: string,
  value: (row: Row) => number | undefined,
): KeyedColumn<Row> =>
  figureColumn(
    key,
    title,
    (row) => formatFigure(value(row)),
    (row) => figureAsNumber(value(row)),
  );

/** A column of words. */
export const textColumn = <Row>(
  key: string,
  title: string,
  text: (row: Row) => string,
): KeyedColumn<Row> => ({ key, title, text, isFigure: false });

/** What stands in CSV: empty where there is no figure. */
export const csvCell = <Row>(
  { text, number = text }: Pick<KeyedColumn<Row>, 'text' | 'number'>,
  row: Row,
): string => {
  const measurement = number(row);
  return measurement === NO_FIGURE ? '' : measurement;
};
