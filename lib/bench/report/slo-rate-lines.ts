import type { SloRate } from '../analysis/slo/best-rate.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import { formatInterval } from './format-spread.ts';
import type { NamedLine } from './named-line.ts';

const valueOf = (rates: readonly SloRate[], labels: ReadonlyMap<string, string>): string => {
  const [best] = rates
    .filter(({ state }) => state === 'kept')
    .toSorted(
      (a, b) => (b.requestRatePerSecond?.value ?? 0) - (a.requestRatePerSecond?.value ?? 0),
    );
  if (best === undefined) {
    const reason = rates.flatMap(({ search }) => search?.reason ?? [])[0] ?? '';
    return `No rate of any target was shown to keep it. ${reason}`.trimEnd();
  }
  const { target, level, requestRatePerSecond: rate } = best;
  const interval = formatInterval(rate?.interval);
  const at = level === undefined ? '' : ` at ${levelLabel(level)}`;
  return `${labels.get(targetId(target)) ?? targetId(target)}: ${formatFigure(rate?.value)} requests/s${interval === '' ? '' : ` (${interval})`}${at}.`;
};

/** The target with the highest rate within each requested bound, scenario by scenario. Empty if there are none. */
export const sloRateLines = (
  { sloRates = [] }: Pick<Summary, 'sloRates'>,
  labels: ReadonlyMap<string, string>,
): readonly NamedLine[] => {
  const names = sloRates.map(
    ({ boundMs, scenario, search }) =>
      `Most ${search === undefined ? 'measured' : 'found'} within a p99 of ${boundMs} ms, ${scenario}`,
  );
  return [...new Set(names)].map((name) => ({
    name,
    value: valueOf(
      sloRates.filter((_, place) => names[place] === name),
      labels,
    ),
  }));
};
