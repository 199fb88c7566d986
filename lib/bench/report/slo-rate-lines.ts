import type { SloRate } from '../analysis/slo/best-rate.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../plan/cell.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import type { NamedLine } from './named-line.ts';

const valueOf = (rates: readonly SloRate[], labels: ReadonlyMap<string, string>): string => {
  const [best] = rates
    .filter(({ state }) => state === 'kept')
    .toSorted((a, b) => (b.requestRatePerSecond ?? 0) - (a.requestRatePerSecond ?? 0));
  if (best?.level === undefined) return 'No level of any path was shown to keep it.';
  const { path, level, requestRatePerSecond } = best;
  return `${labels.get(pathId(path)) ?? pathId(path)}: ${formatFigure(requestRatePerSecond)} requests/s at ${levelLabel(level)}.`;
};

/** The path that was measured at most within each bound that somebody asked for, scenario by scenario. Empty where nobody did. */
export const sloRateLines = (
  { sloRates = [] }: Pick<Summary, 'sloRates'>,
  labels: ReadonlyMap<string, string>,
): readonly NamedLine[] => {
  const names = sloRates.map(
    ({ boundMs, scenario }) => `Most measured within a p99 of ${boundMs} ms, ${scenario}`,
  );
  return [...new Set(names)].map((name) => ({
    name,
    value: valueOf(
      sloRates.filter((_, place) => names[place] === name),
      labels,
    ),
  }));
};
