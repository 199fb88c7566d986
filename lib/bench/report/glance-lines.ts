import { gatesSupport } from '../analysis/gates/gates-support.ts';
import type { PathCost } from '../analysis/costs.ts';
import type { SloSearchResult } from '../analysis/slo/slo-searches.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId, type Path } from '../plan/cell.ts';
import { formatFigure, formatInterval, formatPercent } from './format-number.ts';
import { levelLabel } from './labels.ts';
import type { NamedLine } from './named-line.ts';
import { measuredRows } from './row-groups.ts';
import { sloRateLines } from './slo-rate-lines.ts';
import { LIMIT_WORDS } from './slo-table.ts';
import { winnerLines } from './winner-lines.ts';

type Labels = ReadonlyMap<string, string>;

const nameOf = (path: Path, labels: Labels): string => labels.get(pathId(path)) ?? pathId(path);

const rateFound = ({ highestValid }: SloSearchResult): number => highestValid?.ratePerSecond ?? 0;

/** The path that carries most within each bound. Empty without searches. */
const searchLines = ({ sloSearches = [] }: Summary, labels: Labels): readonly NamedLine[] =>
  [...new Set(sloSearches.map(({ p99Ms }) => p99Ms))]
    .toSorted((a, b) => a - b)
    .map((bound) => {
      const all = sloSearches.filter(({ p99Ms }) => p99Ms === bound);
      const [best, next] = all
        .filter((search) => rateFound(search) > 0)
        .toSorted((a, b) => rateFound(b) - rateFound(a));
      const name = `Most within a p99 of ${bound} ms`;
      if (best === undefined)
        return { name, value: 'No path was shown to carry any rate within it.' };
      const carried = `${nameOf(best.path, labels)}: ${formatFigure(rateFound(best))} requests/s`;
      const limits = [
        ...(best.lowestInvalid === undefined
          ? []
          : [`${formatFigure(best.lowestInvalid.ratePerSecond)} was not shown to be carried`]),
        ...(best.limitedBy === undefined
          ? []
          : [`${LIMIT_WORDS[best.limitedBy]} may have been the limit`]),
      ];
      const notShown = limits.length === 0 ? '' : ` (${limits.join('; ')})`;
      const after =
        next === undefined
          ? ''
          : `; next ${nameOf(next.path, labels)} with ${formatFigure(rateFound(next))}`;
      return { name, value: `${carried}${notShown}${after}.` };
    });

const costText = (cost: PathCost, labels: Labels): string => {
  const { usdPerMillion, path, level, basis, boundMs } = cost;
  const interval = formatInterval(usdPerMillion.interval);
  const bound =
    basis === 'best-rate'
      ? `its best rate, as no path was shown to keep a p99 within ${boundMs} ms`
      : `p99 within ${boundMs} ms`;
  return `$${formatFigure(usdPerMillion.value)} for a million right answers${interval === '' ? '' : ` (${interval})`} with ${nameOf(path, labels)}, ${cost.scenario} at ${levelLabel(level)}, ${bound}`;
};

/** The cheapest path, of those that keep the bound where any does. */
const priceLine = ({ costs, plan }: Summary, labels: Labels): NamedLine => {
  const name = 'At what price';
  const all = (costs?.paths ?? []).toSorted(
    (a, b) => a.usdPerMillion.value - b.usdPerMillion.value,
  );
  const [cheapest] = [...all.filter(({ basis }) => basis !== 'best-rate'), ...all];
  if (costs !== undefined && cheapest !== undefined) {
    return { name, value: `${costText(cheapest, labels)}; at $${costs.price.usdPerHour} an hour.` };
  }
  return {
    name,
    value: `Not known${plan.where === 'local' ? ': a run with --price-per-hour says what a million answers cost' : ''}.`,
  };
};

/** What speaks for the figures, each a sentence; what was not recorded is not said. */
const groundsOf = (summary: Summary): readonly string[] => {
  const { cells, plan, checks } = summary;
  const rows = measuredRows(summary).filter(({ repeats }) => repeats > 0);
  const judged = rows.filter(({ gates }) => gates !== undefined);
  const shares = rows.flatMap(({ ceiling }) => (ceiling === undefined ? [] : [ceiling.share]));
  const oracles = judged.flatMap(({ gates = [] }) => gates).filter(({ gate }) => gate === 'oracle');
  const asked = new Set(checks.map(({ path }) => pathId(path)));
  const wrong = new Set(
    checks.filter(({ state }) => state === 'failed').map(({ path }) => pathId(path)),
  );
  return [
    `${cells.completed} of ${plan.cellCount} cells measured${cells.skipped === undefined ? '' : `, ${cells.skipped} left out by early stopping`}.`,
    ...(asked.size === 0
      ? []
      : [
          `${asked.size - wrong.size} of ${asked.size} ${asked.size === 1 ? 'path' : 'paths'} answered rightly before they were timed.`,
        ]),
    ...(judged.length === 0
      ? []
      : [
          `${judged.filter(gatesSupport).length} of ${judged.length} rows pass every gate that could be asked.`,
        ]),
    ...(shares.length === 0
      ? []
      : [
          `No row took more than ${formatPercent(Math.max(...shares))} % of what the apparatus carries by itself.`,
        ]),
    ...(oracles.length > 0 && oracles.every(({ state }) => state === 'passed')
      ? ['The apparatus measured a known latency right.']
      : []),
  ];
};

/** What a run comes to, for the head of a report: who won and by how much, at what price, and why to believe it. */
export const glanceLines = (summary: Summary, labels: Labels): readonly NamedLine[] => [
  ...winnerLines(summary, labels),
  ...searchLines(summary, labels),
  ...sloRateLines(summary, labels),
  priceLine(summary, labels),
  {
    name: summary.validity?.valid === false ? 'What was checked' : 'Why believe it',
    value: groundsOf(summary).join(' '),
  },
];
