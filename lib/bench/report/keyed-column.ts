/** A column of a table that says the same, under the same names, in every output. */
export interface KeyedColumn<Row> {
  /** Column of the CSV file. */
  readonly key: string;
  /** Heading of tables. */
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Whether it holds figures, which stand at the right. */
  readonly isFigure: boolean;
}

/** A column of figures. */
export const figureColumn = <Row>(
  key: string,
  title: string,
  text: (row: Row) => string,
): KeyedColumn<Row> => ({ key, title, text, isFigure: true });

/** A column of words. */
export const textColumn = <Row>(
  key: string,
  title: string,
  text: (row: Row) => string,
): KeyedColumn<Row> => ({ key, title, text, isFigure: false });
