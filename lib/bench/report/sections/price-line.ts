import type { TargetCost } from '../../analysis/costs.ts';
import type { Summary } from '../../analysis/summary.ts';
import { rateOf } from '../../analysis/slo/best-rate.ts';
import { decided, verdictOn } from '../../analysis/verdicts/verdict.ts';
import { levelId, targetId } from '../../model/measurement.ts';
import { formatFigure, formatInterval } from '../../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../../wording/labels.ts';
import type { NamedLine } from '../model.ts';

/** More prices than these are said as a range. */
const MOST_PRICES = 3;

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

const placeText = ({ target, level }: TargetCost, labels: Labels): string =>
  `${labelOf(labels, target)} at ${levelLabel(level)}`;

const priceText = ({ usdPerMillion }: TargetCost): string => {
  const interval = formatInterval(usdPerMillion.interval);
  return `$${formatFigure(usdPerMillion.value)}${interval === '' ? '' : ` (${interval})`}`;
};

const boundText = ({ boundMs }: TargetCost, isOne: boolean): string => {
  if (boundMs !== undefined) return `p99 within ${boundMs} ms`;
  return isOne ? 'its highest rate' : 'their highest rates';
};

/** The prices that may be the lowest, of which the first is that of the cheapest. */
const pricesText = (prices: readonly TargetCost[], labels: Labels): string => {
  const [cheapest] = prices;
  if (cheapest === undefined) return '';
  const end = `${cheapest.scenario}, ${boundText(cheapest, prices.length === 1)}`;
  if (prices.length === 1)
    return `${priceText(cheapest)} for a million correct answers with ${placeText(cheapest, labels)}, ${end}`;
  const undecided = `which of them is ${prices.length === 2 ? 'cheaper' : 'cheapest'} is undecided`;
  if (prices.length <= MOST_PRICES) {
    const each = prices.map((cost) => `${priceText(cost)} with ${placeText(cost, labels)}`);
    return `For a million correct answers ${each.join(', ')}, ${end}; ${undecided}`;
  }
  const values = prices.map(({ usdPerMillion }) => usdPerMillion.value);
  return `$${formatFigure(Math.min(...values))} to $${formatFigure(Math.max(...values))} for a million correct answers with ${prices.length} targets, ${end}; ${undecided}`;
};

/** The costs that compete with the cheapest: of its scenario and bound, one a target. */
const competing = (all: readonly TargetCost[]): readonly TargetCost[] => {
  const keeping = all.filter(({ boundMs }) => boundMs !== undefined);
  const pool = (keeping.length > 0 ? keeping : all).toSorted(
    (a, b) => a.usdPerMillion.value - b.usdPerMillion.value,
  );
  const [cheapest] = pool;
  const alike = pool.filter(
    ({ scenario, boundMs }) => scenario === cheapest?.scenario && boundMs === cheapest.boundMs,
  );
  return alike.filter(
    ({ target }, index) =>
      alike.findIndex((cost) => targetId(cost.target) === targetId(target)) === index,
  );
};

/** Why a price an hour gives none for a million answers. */
const withoutRate = ({ rows }: Summary): string =>
  rows.some((row) => row.engine !== 'noop' && rateOf(row) > 0)
    ? 'Not known: every measured level failed a check.'
    : 'Not known: no level has a rate.';

/**
 * What a million answers cost on the cheapest target, of those that keep the bound where any does; with the prices of all whose
 * order with it is not known. Nothing where no price an hour is known.
 */
export const priceLines = (summary: Summary, labels: Labels): readonly NamedLine[] => {
  const name = 'Price';
  const { costs } = summary;
  if (costs === undefined) return [];
  const [cheapest, ...others] = competing(costs.targets);
  if (cheapest === undefined) return [{ name, text: withoutRate(summary) }];
  const prices = [cheapest, ...others.filter((other) => !isKnownCheaper(summary, cheapest, other))];
  const text = `${pricesText(prices, labels)}; at $${costs.price.usdPerHour} an hour.`;
  return [{ name, text }];
};
