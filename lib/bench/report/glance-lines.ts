import type { SloSearchResult } from '../analysis/slo/slo-searches.ts';
import { headlineFamilies } from '../analysis/verdicts/headline.ts';
import { runErrorText } from '../analysis/verdicts/run-error.ts';
import { LIMIT_WORDS } from '../analysis/slo/search-window.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId, type Path } from '../plan/cell.ts';
import { formatFigure } from '../wording/format-number.ts';
import { groundsLine } from './grounds-line.ts';
import type { NamedLine } from './named-line.ts';
import { pairSpreadLines } from './pair-spread-line.ts';
import { priceLine } from './price-line.ts';
import { sloRateLines } from './slo-rate-lines.ts';
import { noRateText } from './slo-table.ts';
import { winnerLines } from './winner-lines.ts';

type Labels = ReadonlyMap<string, string>;

const nameOf = (path: Path, labels: Labels): string => labels.get(pathId(path)) ?? pathId(path);

const rateFound = ({ highestValid }: SloSearchResult): number => highestValid?.ratePerSecond ?? 0;

/** What is said of a bound within which no search found a rate; lower ones than those that were tried may be carried. */
const noneText = (searches: readonly SloSearchResult[]): string => {
  if (searches.every(({ state }) => state === 'too-short')) {
    return 'Not known: the windows of the searches are too short for what the paths carry; see the searches for the --duration that they want.';
  }
  const rates = searches.flatMap(({ lowestInvalid }) => lowestInvalid?.ratePerSecond ?? []);
  if (rates.length === 0) return 'No path was shown to carry any rate within it.';
  const parts = new Set(searches.flatMap(({ limitedBy }) => limitedBy ?? []));
  const limits = [...parts].map((part) => `; ${LIMIT_WORDS[part]} may have been the limit`);
  const none = noRateText(Math.max(...rates));
  return `${none.charAt(0).toUpperCase()}${none.slice(1)} within it${limits.join('')}.`;
};

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
      if (best === undefined) return { name, value: noneText(all) };
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

/** How often a verdict of the run may be wrong. Empty where nothing was decided. */
const errorLines = ({ verdicts = [] }: Summary): readonly NamedLine[] => {
  const value = runErrorText(verdicts, headlineFamilies(verdicts));
  return value === undefined ? [] : [{ name: 'Chance of a wrong word', value }];
};

/** What a run comes to, for the head of a report: who won and by how much, at what price, and how far to believe it. */
export const glanceLines = (summary: Summary, labels: Labels): readonly NamedLine[] => [
  ...winnerLines(summary, labels),
  ...errorLines(summary),
  ...searchLines(summary, labels),
  ...sloRateLines(summary, labels),
  priceLine(summary, labels),
  groundsLine(summary),
  ...pairSpreadLines(summary),
];
