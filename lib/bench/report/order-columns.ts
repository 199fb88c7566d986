import type {
  OrderedPair,
  Reproduction,
  ServingOrder,
} from '../analysis/reproduction/reproduction.ts';
import { pathId, type Path } from '../plan/cell.ts';
import { formatFigure } from '../wording/format-number.ts';
import { figureColumn, textColumn, type KeyedColumn } from './keyed-column.ts';
import { formatConfidence } from './verdict-columns.ts';

/** A line of the table of orders. */
export interface OrderLine {
  readonly order: ServingOrder;
  readonly pair: OrderedPair;
}

export const orderLines = ({ orders }: Reproduction): readonly OrderLine[] =>
  orders.flatMap((order) => order.pairs.map((pair) => ({ order, pair })));

const figure = (
  key: string,
  title: string,
  text: (pair: OrderedPair) => string,
): KeyedColumn<OrderLine> => figureColumn(key, title, ({ pair }) => text(pair));

/** The columns of the table of orders; paths are named by `labels`, or by their ids. */
export const orderColumns = (
  labels: ReadonlyMap<string, string> = new Map(),
): readonly KeyedColumn<OrderLine>[] => {
  const nameOf = (path: Path): string => labels.get(pathId(path)) ?? pathId(path);
  return [
    textColumn('scenario', 'Scenario', ({ order }) => order.scenario),
    textColumn('faster_in_study', 'Faster in the study', ({ pair }) => nameOf(pair.faster)),
    textColumn('slower_in_study', 'Slower', ({ pair }) => nameOf(pair.slower)),
    figure('ratio_study', 'ratio, study', ({ published }) => formatFigure(published.value)),
    figure('ratio_study_low', 'from', ({ published }) => formatFigure(published.low)),
    figure('ratio_study_high', 'to', ({ published }) => formatFigure(published.high)),
    figure('ratio_ours', 'ratio, ours', ({ ours }) => formatFigure(ours?.value)),
    figure('ratio_ours_low', 'from', ({ ours }) => formatFigure(ours?.interval?.low)),
    figure('ratio_ours_high', 'to', ({ ours }) => formatFigure(ours?.interval?.high)),
    figure('confidence_percent', 'confidence, %', ({ ours }) =>
      formatConfidence(ours?.interval?.confidence),
    ),
    figure('repeats', 'repeats', ({ repeats }) => String(repeats)),
    textColumn('outcome', 'The study’s order is', ({ pair: { outcome, why } }) =>
      why === undefined ? outcome : `${outcome}: ${why}`,
    ),
  ];
};

/** Below the table of orders. */
export const ORDER_FOOTNOTE =
  'Ratio: request rate of the faster one in the study ÷ that of the slower, over the levels that all have. The study’s from errors of reading that all point one way; how its five runs scattered it did not print. Ours from the repeats side by side, as in the verdicts, but against a ratio of 1: the order is told however small the difference. Corrected for all pairs of a protocol and scenario (Holm), so that the chance of any wrong order of ours there is at most 5 %. Rows that fail a gate count here, as both are rates of the whole chain.';
