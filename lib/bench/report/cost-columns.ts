import type { Costs, PathCost } from '../analysis/costs.ts';
import type { Price } from '../analysis/price.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import type { PathColumn } from './path-column.ts';

const BASES: Readonly<Record<PathCost['basis'], string>> = {
  search: 'search within the bound',
  'within-bound': 'p99 within the bound',
  'best-rate': 'best rate; no level was shown to keep the bound',
};

/** What cost tables say of a path, the same in every output. */
export const COST_COLUMNS: readonly PathColumn<PathCost>[] = [
  {
    key: 'usd_per_million',
    title: '$/million',
    text: ({ usdPerMillion }) => formatFigure(usdPerMillion.value),
    isFigure: true,
  },
  {
    key: 'usd_per_million_low95',
    title: 'From',
    text: ({ usdPerMillion }) => formatFigure(usdPerMillion.interval?.low),
    isFigure: true,
  },
  {
    key: 'usd_per_million_high95',
    title: 'To',
    text: ({ usdPerMillion }) => formatFigure(usdPerMillion.interval?.high),
    isFigure: true,
  },
  {
    key: 'cost_rate_per_second',
    title: 'Rate, requests/s',
    text: ({ requestRatePerSecond }) => formatFigure(requestRatePerSecond),
    isFigure: true,
  },
  {
    key: 'cost_p99_ms',
    title: 'p99, ms',
    text: ({ p99Ms }) => formatFigure(p99Ms),
    isFigure: true,
  },
  {
    key: 'cost_bound_ms',
    title: 'Bound of p99, ms',
    text: ({ boundMs }) => formatFigure(boundMs),
    isFigure: true,
  },
  { key: 'cost_load', title: 'At', text: ({ level }) => levelLabel(level), isFigure: false },
  { key: 'cost_basis', title: 'Chosen by', text: ({ basis }) => BASES[basis], isFigure: false },
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
  `${priceText(price)} Cost: price an hour ÷ (rate × 3600) × 1,000,000, at the rate that a search within the bound found, or the best rate of the levels that were shown to keep the bound by the early stopping test of MLPerf at 99 % confidence, with at most 0.1 % failed; levels that fail a gate are not chosen; from and to: of the 95 % interval of the rate.`;
