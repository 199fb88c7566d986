import type { Summary } from '../../analysis/summary.ts';
import type { Costs, Price, TargetCost } from '../../analysis/slo-types.ts';
import { formatFigure, withInterval } from '../../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../../wording/labels.ts';
import {
  blocks,
  table,
  text,
  estimateColumn,
  figureColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
} from '../blocks.ts';
import type { Column, Section } from '../model.ts';

const COLUMNS: readonly Column<TargetCost>[] = [
  estimateColumn('usd_per_million', 'Cost', '$/million', ({ usdPerMillion }) => usdPerMillion),
  figureColumn(
    'rate_per_second',
    'Rate',
    'requests/s',
    ({ requestRatePerSecond }) => requestRatePerSecond,
  ),
  figureColumn('p99_ms', 'p99', 'ms', ({ p99Ms }) => p99Ms),
  figureColumn('limit_ms', 'p99 limit', 'ms', ({ limitMs }) => limitMs),
  wordColumn('load', 'At', ({ level }) => levelLabel(level)),
];

/** The hourly price and its source, as a sentence. */
const priceText = (price: Price): string => {
  const { usdPerHour, region, date, source } = price;
  const amount = `$${usdPerHour} an hour`;
  if (price.kind === 'given') return `Price: ${amount}, as given with --price-per-hour.`;
  const read = date === undefined ? 'date not recorded' : `read on ${date}`;
  return `Price: ${amount} for a node pair with its addresses and disks, list prices of ${region ?? 'its region'}, ${read}${source === undefined ? '' : ` (${source})`}.`;
};

const footnoteOf = ({ price }: Costs): string =>
  `${priceText(price)} Cost: price an hour ÷ (rate × 3600) × 1,000,000, at the highest rate within each p99 limit, and at the highest rate of all levels; levels that fail a check are not chosen. The 95 % interval is that of the rate.`;

/** What a million answers cost on each target; undefined if no price is known. */
export const costSection = ({ costs }: Summary, labels: Labels): Section | undefined =>
  costs && {
    id: 'cost',
    title: 'Cost',
    blocks: blocks(
      table(
        'What a million answers cost',
        [targetColumn(labels), scenarioColumn, ...COLUMNS],
        costs.targets,
      ),
      costs.targets.length > 0 && text(footnoteOf(costs), 'small'),
    ),
  };

const costText = (
  { target, scenario, level, limitMs, usdPerMillion }: TargetCost,
  labels: Labels,
): string => {
  const price = withInterval(`$${formatFigure(usdPerMillion.value)}`, usdPerMillion.interval);
  const row = `${labelOf(labels, target)} at ${levelLabel(level)}, ${scenario}`;
  const limit = limitMs === undefined ? 'its highest rate' : `p99 within ${limitMs} ms`;
  return `${price} for a million correct answers with ${row}, ${limit}`;
};

/** Why a million answers have no price although the hour has one. */
const UNKNOWN: Readonly<Record<NonNullable<Costs['unknown']>, string>> = {
  'failed-checks': 'Not known: every measured level failed a check.',
  'no-rate': 'Not known: no level has a rate.',
};

/** More targets are counted instead of named. */
const MAX_NAMES = 3;

/** What a million answers cost on the cheapest target, and which others may be as cheap; undefined if no hourly price is known. */
export const cheapestText = ({ costs }: Summary, labels: Labels): string | undefined => {
  if (costs?.cheapest === undefined) return costs?.unknown && UNKNOWN[costs.unknown];
  const { cost, notDearer } = costs.cheapest;
  const names =
    notDearer.length > MAX_NAMES
      ? `${notDearer.length} targets`
      : notDearer.map((target) => labelOf(labels, target)).join(', ');
  return `${costText(cost, labels)}; at $${costs.price.usdPerHour} an hour.${names && ` Not shown to cost more: ${names}.`}`;
};
