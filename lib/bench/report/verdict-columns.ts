import type { Interval } from '../analysis/statistics/interval.ts';
import type { JudgedFigure } from '../analysis/verdicts/judged-figure.ts';
import type { VerdictWord } from '../analysis/verdicts/verdict.ts';
import { formatFigure, NO_FIGURE } from '../wording/format-number.ts';
import { figureColumn, textColumn, type KeyedColumn } from './keyed-column.ts';

/** What verdicts have in common, those of a run and those of two runs. */
export interface Decided {
  readonly word: VerdictWord;
  /** What the ratio is of. */
  readonly figure: JudgedFigure;
  readonly ratio?: { readonly value: number; readonly interval?: Interval };
  readonly pValue?: number;
  readonly adjustedPValue?: number;
  readonly withheld?: string;
}

const P_DECIMALS = 4;

/** A p value, always to the same place, so that what lies below 0.05 also reads so. */
export const formatPValue = (value: number | undefined): string => {
  if (value === undefined) return NO_FIGURE;
  const text = value.toFixed(P_DECIMALS);
  return Number(text) === 0 ? `<${(10 ** -P_DECIMALS).toFixed(P_DECIMALS)}` : text;
};

/** The same where a program reads it. */
const pValueAsNumber = (value: number | undefined): string => {
  const text = formatPValue(value);
  if (value === undefined) return '';
  return Number.isNaN(Number(text)) ? String(Number(value.toPrecision(3))) : text;
};

/** Of an interval, in per cent, with the decimals that a correction needs. */
const formatConfidence = (confidence: number | undefined): string =>
  confidence === undefined ? NO_FIGURE : (confidence * 100).toFixed(2);

/** `withheld` in the place of the word where the figures support none. */
export const wordText = ({ word, withheld }: Pick<Decided, 'word' | 'withheld'>): string =>
  withheld === undefined ? word : 'withheld';

/** Ratio, interval, p values and word, for tables and CSV. */
export const DECIDED_COLUMNS: readonly KeyedColumn<Decided>[] = [
  figureColumn('ratio', 'Ratio', ({ ratio }) => formatFigure(ratio?.value)),
  figureColumn('ratio_low', 'From', ({ ratio }) => formatFigure(ratio?.interval?.low)),
  figureColumn('ratio_high', 'To', ({ ratio }) => formatFigure(ratio?.interval?.high)),
  figureColumn('confidence_percent', 'Confidence, %', ({ ratio }) =>
    formatConfidence(ratio?.interval?.confidence),
  ),
  figureColumn(
    'p_ratio_1',
    'p, ratio 1',
    ({ pValue }) => formatPValue(pValue),
    ({ pValue }) => pValueAsNumber(pValue),
  ),
  figureColumn(
    'p_word_adjusted',
    'p, word (Holm)',
    ({ adjustedPValue }) => formatPValue(adjustedPValue),
    ({ adjustedPValue }) => pValueAsNumber(adjustedPValue),
  ),
];

/** What the ratio of a row is of. */
export const FIGURE_COLUMN: KeyedColumn<Decided> = textColumn(
  'ratio_of',
  'Ratio of',
  ({ figure }) => figure,
);

const RATIO_TITLES: Readonly<Record<JudgedFigure, string>> = {
  'request rate': 'Ratio of rates',
  'median response time': 'Ratio of medians',
};

/** The figures that rows are judged by, each once. */
export const figuresIn = (rows: readonly Pick<Decided, 'figure'>[]): readonly JudgedFigure[] => [
  ...new Set(rows.map(({ figure }) => figure)),
];

/** Columns of which one says what the ratio is of: its own heading where all rows have one figure, else a column. */
export const sayingFigure = <Row extends Decided>(
  columns: readonly KeyedColumn<Row>[],
  rows: readonly Row[],
): readonly KeyedColumn<Row>[] => {
  const [figure, ...others] = figuresIn(rows);
  if (figure === undefined) return columns;
  return columns.flatMap((column) => {
    if (column.key !== 'ratio') return [column];
    return others.length === 0
      ? [{ ...column, title: RATIO_TITLES[figure] }]
      : [FIGURE_COLUMN, column];
  });
};

/** The word, under the heading that says of what, and why there is none. */
export const wordColumns = (title: string): readonly KeyedColumn<Decided>[] => [
  textColumn('word', title, wordText),
  textColumn('withheld', 'Why withheld', ({ withheld }) => withheld ?? ''),
];

/** Columns without the reasons, where nothing is withheld. */
export const withoutEmptyReasons = <Row extends Decided>(
  columns: readonly KeyedColumn<Row>[],
  rows: readonly Row[],
): readonly KeyedColumn<Row>[] =>
  columns.filter(
    ({ key }) => key !== 'withheld' || rows.some(({ withheld }) => withheld !== undefined),
  );
