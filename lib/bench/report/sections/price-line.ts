import type { TargetCost } from '../../analysis/costs.ts';
import type { Summary } from '../../analysis/summary.ts';
import { rateOf } from '../../analysis/slo/best-rate.ts';
import { decided, verdictOn } from '../../analysis/verdicts/verdict.ts';
import { levelId, targetId } from '../../model/measurement.ts';
import { formatFigure, formatInterval } from '../../wording/format-number.ts';
import { labelOf, levelLabel, type Labels } from '../../wording/labels.ts';
import type { NamedLine } from '../model.ts';

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

const priceText = (
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
  const text = `${priceText(cheapest, labels)}; at $${costs.price.usdPerHour} an hour.`;
  return [{ name, text: open.length === 0 ? text : `${text} Not shown to be dearer: ${names}.` }];
};
