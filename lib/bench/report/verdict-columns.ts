import type { Verdict } from '../analysis/verdicts/verdict.ts';
import { formatFigure, NO_FIGURE } from '../wording/format-number.ts';
import { figureColumn, textColumn, type KeyedColumn } from './keyed-column.ts';

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
export const wordText = ({ word, withheld }: Pick<Verdict, 'word' | 'withheld'>): string =>
  withheld === undefined ? word : 'withheld';

/** Ratio, interval, p values and word, for tables and CSV. */
export const DECIDED_COLUMNS: readonly KeyedColumn<Verdict>[] = [
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
export const FIGURE_COLUMN: KeyedColumn<Verdict> = textColumn(
  'ratio_of',
  'Ratio of',
  ({ figure }) => figure,
);

/** The word, under the heading that says of what. */
export const WORD_COLUMN: KeyedColumn<Verdict> = textColumn('word', 'First is', wordText);

/** Why there is no word. */
export const WITHHELD_COLUMN: KeyedColumn<Verdict> = textColumn(
  'withheld',
  'Why withheld',
  ({ withheld }) => withheld ?? '',
);
