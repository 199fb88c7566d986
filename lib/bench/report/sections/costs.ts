import type { Costs, Price, TargetCost } from '../../analysis/costs.ts';
import type { Summary } from '../../analysis/summary.ts';
import { levelLabel, type Labels } from '../../wording/labels.ts';
import { table, text } from '../blocks.ts';
import {
  estimateColumn,
  figureColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
} from '../columns.ts';
import type { Column, Section } from '../model.ts';

/** What a million answers cost on a target, and at which level. */
const COLUMNS: readonly Column<TargetCost>[] = [
  estimateColumn('usd_per_million', 'Cost', '$/million', ({ usdPerMillion }) => usdPerMillion),
  figureColumn(
    'rate_per_second',
    'Rate',
    'requests/s',
    ({ requestRatePerSecond }) => requestRatePerSecond,
  ),
  figureColumn('p99_ms', 'p99', 'ms', ({ p99Ms }) => p99Ms),
  figureColumn('bound_ms', 'Bound of p99', 'ms', ({ boundMs }) => boundMs),
  wordColumn('load', 'At', ({ level }) => levelLabel(level)),
];

/** Whose price it is, as a sentence. */
export const priceText = ({ usdPerHour, kind, region, date, source }: Price): string => {
  const amount = `$${usdPerHour} an hour`;
  if (kind === 'given') return `Price: ${amount}, as given with --price-per-hour.`;
  const read = date === undefined ? 'the day was not recorded' : `read on ${date}`;
  return `Price: ${amount} for a node pair with its addresses and disks, list prices of ${region ?? 'its region'}, ${read}${source === undefined ? '' : ` (${source})`}.`;
};

/** Below the table. */
const footnoteOf = ({ price }: Costs): string =>
  `${priceText(price)} Cost: price an hour ÷ (rate × 3600) × 1,000,000, at the highest rate within each bound of p99, and at the highest rate of all levels; levels that fail a check are not chosen. The 95 % interval is that of the rate.`;

/** What a million answers cost on each target; nothing where no price is known. */
export const costSection = ({ costs }: Summary, labels: Labels): Section => ({
  id: 'cost',
  title: 'Cost',
  blocks:
    costs === undefined || costs.targets.length === 0
      ? []
      : [
          ...table(
            'What a million answers cost',
            [targetColumn(labels), scenarioColumn, ...COLUMNS],
            costs.targets,
            { file: 'summary.json' },
          ),
          text(footnoteOf(costs), 'small'),
        ],
});
