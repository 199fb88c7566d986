import type { Costs, TargetCost } from '../analysis/costs.ts';
import type { Price } from '../analysis/price.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import { figureColumn, textColumn, valueColumn, type KeyedColumn } from './keyed-column.ts';

const BASES: Readonly<Record<TargetCost['basis'], string>> = {
  search: 'search within the bound',
  'within-bound': 'p99 within the bound',
  'best-rate': 'best rate; no level was shown to keep the bound',
};

/** What cost tables say of a target, the same in every output. */
export const COST_COLUMNS: readonly KeyedColumn<TargetCost>[] = [
  valueColumn('usd_per_million', '$/million', ({ usdPerMillion }) => usdPerMillion.value),
  valueColumn('usd_per_million_low95', 'From', ({ usdPerMillion }) => usdPerMillion.interval?.low),
  valueColumn('usd_per_million_high95', 'To', ({ usdPerMillion }) => usdPerMillion.interval?.high),
  figureColumn('cost_rate_per_second', 'Rate, requests/s', ({ requestRatePerSecond }) =>
    formatFigure(requestRatePerSecond),
  ),
  figureColumn('cost_p99_ms', 'p99, ms', ({ p99Ms }) => formatFigure(p99Ms)),
  figureColumn('cost_bound_ms', 'Bound of p99, ms', ({ boundMs }) => formatFigure(boundMs)),
  textColumn('cost_load', 'At', ({ level }) => levelLabel(level)),
  textColumn('cost_basis', 'Chosen by', ({ basis }) => BASES[basis]),
];

/** Whose price it is, as a sentence. */
export const priceText = ({ usdPerHour, kind, region, date, source }: Price): string => {
  const amount = `$${usdPerHour} an hour`;
  if (kind === 'given') return `Price: ${amount}, as given with --price-per-hour.`;
  const read = date === undefined ? 'the day was not recorded' : `read on ${date}`;
  return `Price: ${amount} for a node pair with its addresses and disks, list prices of ${region ?? 'its region'}, ${read}${source === undefined ? '' : ` (${source})`}.`;
};

/** Below the cost table. */
export const costFootnote = ({ price }: Costs): string =>
  `${priceText(price)} Cost: price an hour ÷ (rate × 3600) × 1,000,000, at the rate that a search within the bound found, or the best rate of the levels that were shown to keep the bound by the early stopping test of MLPerf at 99 % confidence, with at most 0.1 % failed; levels that fail a check are not chosen; from and to: of the 95 % interval of the rate.`;
