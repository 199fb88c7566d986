import type { Costs, Price, TargetCost } from '../../analysis/costs.ts';
import { rateOf } from '../../analysis/slo/best-rate.ts';
import type { Summary } from '../../analysis/summary.ts';
import { decided, verdictOn } from '../../analysis/verdicts/verdict.ts';
import { levelId, targetId } from '../../model/measurement.ts';
import { formatFigure, formatInterval } from '../../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../../wording/labels.ts';
import { table, text } from '../blocks.ts';
import {
  estimateColumn,
  figureColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
} from '../columns.ts';
import type { Column, NamedLine, Section } from '../model.ts';

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
const priceText = ({ usdPerHour, kind, region, date, source }: Price): string => {
  const amount = `$${usdPerHour} an hour`;
  if (kind === 'given') return `Price: ${amount}, as given with --price-per-hour.`;
  const read = date === undefined ? 'date not recorded' : `read on ${date}`;
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

/**
 * Whether the order of two prices is known. At one price an hour it is that of the rates: at the same load what the verdict
 * says, else whether their 95 % intervals lie apart.
 */
const isKnownCheaper = (summary: Summary, cheaper: TargetCost, other: TargetCost): boolean => {
  const family = summary.verdicts?.find(
    ({ scenario, level }) =>
      scenario === cheaper.scenario && levelId(level) === levelId(cheaper.level),
  );
  const isSameLoad = levelId(cheaper.level) === levelId(other.level);
  // There both have the rate of the load.
  if (isSameLoad && cheaper.level.loop === 'open') return false;
  const verdict =
    isSameLoad && family !== undefined
      ? verdictOn(family, cheaper.target, other.target)
      : undefined;
  if (verdict !== undefined) {
    const [faster] = decided(verdict) ?? [];
    return faster !== undefined && targetId(faster) === targetId(cheaper.target);
  }
  const [high, low] = [cheaper.usdPerMillion.interval?.high, other.usdPerMillion.interval?.low];
  return high !== undefined && low !== undefined && high < low;
};

/** The costs of the scenario and the bound of the cheapest, the cheapest first, one a target; with a bound, where any has one. */
const competing = (all: readonly TargetCost[]): readonly TargetCost[] => {
  const keeping = all.filter(({ boundMs }) => boundMs !== undefined);
  const pool = (keeping.length > 0 ? keeping : all).toSorted(
    (a, b) => a.usdPerMillion.value - b.usdPerMillion.value,
  );
  const [cheapest] = pool;
  const alike = pool.filter(
    ({ scenario, boundMs }) => scenario === cheapest?.scenario && boundMs === cheapest.boundMs,
  );
  const ids = alike.map(({ target }) => targetId(target));
  return alike.filter((_, index) => ids.indexOf(ids[index] ?? '') === index);
};

const costText = (
  { target, scenario, level, boundMs, usdPerMillion }: TargetCost,
  labels: Labels,
): string => {
  const interval = formatInterval(usdPerMillion.interval);
  return `$${formatFigure(usdPerMillion.value)}${interval === '' ? '' : ` (${interval})`} for a million correct answers with ${labelOf(labels, target)} at ${levelLabel(level)}, ${scenario}, ${boundMs === undefined ? 'its highest rate' : `p99 within ${boundMs} ms`}`;
};

/** Why a price an hour gives none for a million answers. */
const withoutRate = ({ rows }: Summary): string =>
  rows.some((row) => row.engine !== 'noop' && rateOf(row) > 0)
    ? 'Not known: every measured level failed a check.'
    : 'Not known: no level has a rate.';

/** More targets than these are counted and not named. */
const MOST_NAMES = 3;

/** What a million answers cost on the cheapest target, and which others may be as cheap. Nothing where no price an hour is known. */
export const priceLines = (summary: Summary, labels: Labels): readonly NamedLine[] => {
  const name = 'Price';
  const { costs } = summary;
  if (costs === undefined) return [];
  const [cheapest, ...others] = competing(costs.targets);
  if (cheapest === undefined) return [{ name, text: withoutRate(summary) }];
  const open = others.filter((other) => !isKnownCheaper(summary, cheapest, other));
  const names =
    open.length > MOST_NAMES
      ? `${open.length} targets`
      : open.map(({ target }) => labelOf(labels, target)).join(', ');
  const words = `${costText(cheapest, labels)}; at $${costs.price.usdPerHour} an hour.`;
  return [{ name, text: open.length === 0 ? words : `${words} Not shown to cost more: ${names}.` }];
};
