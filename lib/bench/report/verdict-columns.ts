import type { Interval } from '../analysis/statistics/interval.ts';
import type { VerdictWord } from '../analysis/verdicts/verdict.ts';
import { formatFigure, NO_FIGURE } from '../wording/format-number.ts';

/** What verdicts have in common, those of a run and those of two runs. */
export interface Decided {
  readonly word: VerdictWord;
  readonly ratio?: { readonly value: number; readonly interval?: Interval };
  readonly pValue?: number;
  readonly adjustedPValue?: number;
  readonly withheld?: string;
}

/** A column of verdict tables, the same in every output. */
export interface VerdictColumn<Row extends Decided = Decided> {
  /** Column of the CSV file. */
  readonly key: string;
  /** Heading of tables. */
  readonly title: string;
  readonly text: (verdict: Row) => string;
  readonly isFigure: boolean;
}

const P_DECIMALS = 4;

/** A p value, always to the same place, so that what lies below 0.05 also reads so. */
export const formatPValue = (value: number | undefined): string => {
  if (value === undefined) return NO_FIGURE;
  const text = value.toFixed(P_DECIMALS);
  return Number(text) === 0 ? `<${(10 ** -P_DECIMALS).toFixed(P_DECIMALS)}` : text;
};

/** Of an interval, in per cent, with the decimals that a correction needs. */
export const formatConfidence = (confidence: number | undefined): string =>
  confidence === undefined ? NO_FIGURE : (confidence * 100).toFixed(2);

/** `withheld` in the place of the word where the figures support none. */
export const wordText = ({ word, withheld }: Decided): string =>
  withheld === undefined ? word : 'withheld';

/** Ratio, interval, p values and word, for tables and CSV. */
export const DECIDED_COLUMNS: readonly VerdictColumn[] = [
  {
    key: 'ratio',
    title: 'Ratio',
    text: ({ ratio }) => formatFigure(ratio?.value),
    isFigure: true,
  },
  {
    key: 'ratio_low',
    title: 'From',
    text: ({ ratio }) => formatFigure(ratio?.interval?.low),
    isFigure: true,
  },
  {
    key: 'ratio_high',
    title: 'To',
    text: ({ ratio }) => formatFigure(ratio?.interval?.high),
    isFigure: true,
  },
  {
    key: 'confidence_percent',
    title: 'Confidence, %',
    text: ({ ratio }) => formatConfidence(ratio?.interval?.confidence),
    isFigure: true,
  },
  {
    key: 'p_ratio_1',
    title: 'p, ratio 1',
    text: ({ pValue }) => formatPValue(pValue),
    isFigure: true,
  },
  {
    key: 'p_word_adjusted',
    title: 'p, word (Holm)',
    text: ({ adjustedPValue }) => formatPValue(adjustedPValue),
    isFigure: true,
  },
];

/** The word, under the heading that says of what, and why there is none. */
export const wordColumns = (title: string): readonly VerdictColumn[] => [
  { key: 'word', title, text: wordText, isFigure: false },
  {
    key: 'withheld',
    title: 'Why withheld',
    text: ({ withheld }) => withheld ?? '',
    isFigure: false,
  },
];

/** Columns without the reasons, where nothing is withheld. */
export const withoutEmptyReasons = <Row extends Decided>(
  columns: readonly VerdictColumn<Row>[],
  rows: readonly Row[],
): readonly VerdictColumn<Row>[] =>
  columns.filter(
    ({ key }) => key !== 'withheld' || rows.some(({ withheld }) => withheld !== undefined),
  );
