import type { SloSearchResult } from '../analysis/slo/slo-searches.ts';
import type { Summary } from '../analysis/summary.ts';
import { claimOf } from '../analysis/slo/claim-of.ts';
import { pathId } from '../plan/cell.ts';
import { MOST_FAILED_SHARE } from '../analysis/slo/judge-counts.ts';
import type { SloTrial } from '../analysis/slo/judge-trial.ts';
import { BRACKET_SHARE } from '../analysis/slo/next-rate.ts';
import { WRONG_SEARCHES } from '../analysis/slo/search-trials.ts';
import { LIMIT_WORDS } from '../analysis/slo/search-window.ts';
import { MOST_TRIALS } from '../plan/slo/search.ts';
import { formatFigure, formatPercent } from '../wording/format-number.ts';

/** A column of the table of searches. */
export interface SloColumn {
  readonly title: string;
  readonly text: (search: SloSearchResult) => string;
  readonly isFigure: boolean;
}

const OUTCOMES: Readonly<Record<SloSearchResult['state'], string>> = {
  found: 'found',
  unreachable: 'no rate is carried',
  'given-up': 'given up: too many trials',
  'too-short': 'no result: its windows are too short',
  'going-on': 'cut off; --resume goes on',
  'not-started': 'not started',
};

/** Lower rates are not tried, as their windows would have to be too long. */
export const noRateText = (lowestTried: number): string =>
  `no rate of at least ${formatFigure(lowestTried)} requests/s was shown to be carried`;

const outcomeOf = (
  state: SloSearchResult['state'],
  lowestInvalid: SloSearchResult['lowestInvalid'],
): string =>
  state === 'unreachable' && lowestInvalid !== undefined
    ? noRateText(lowestInvalid.ratePerSecond)
    : OUTCOMES[state];

/** What the highest valid rate rests on. */
const confirmationText = ({ confirmation }: SloTrial): string =>
  confirmation === undefined
    ? 'not confirmed'
    : `confirmed by ${confirmation.requests ?? 0} other requests, ${confirmation.overBound ?? 0} of them over the bound`;

const outcomeText = ({
  state,
  reason,
  highestValid,
  lowestInvalid,
  limitedBy,
}: SloSearchResult): string =>
  [
    [
      limitedBy === undefined
        ? ''
        : `no result: where it ended, ${LIMIT_WORDS[limitedBy]} failed a gate and may have been the limit`,
      outcomeOf(state, lowestInvalid),
      highestValid === undefined || state === 'going-on' ? '' : confirmationText(highestValid),
      lowestInvalid?.undecided === true ? 'the rate above it is undecided' : '',
    ]
      .filter((text) => text !== '')
      .join('; '),
    reason ?? lowestInvalid?.reason ?? '',
  ]
    .filter((text) => text !== '')
    .join('. ');

const figureColumn = (
  title: string,
  value: (search: SloSearchResult) => number | undefined,
): SloColumn => ({ title, text: (search) => formatFigure(value(search)), isFigure: true });

/** By far the widest: a terminal has it below the others. */
export const OUTCOME_COLUMN: SloColumn = { title: 'Outcome', text: outcomeText, isFigure: false };

/** The columns, the same in every output. */
export const sloColumns = (labels: ReadonlyMap<string, string>): readonly SloColumn[] => [
  {
    title: 'Path',
    text: ({ path }) => labels.get(pathId(path)) ?? pathId(path),
    isFigure: false,
  },
  figureColumn('p99 within, ms', ({ p99Ms }) => p99Ms),
  figureColumn('Highest valid rate, req/s', ({ highestValid }) => highestValid?.ratePerSecond),
  figureColumn('p99 there, ms', ({ highestValid }) => claimOf(highestValid)?.p99Ms),
  figureColumn('Lowest invalid rate, req/s', ({ lowestInvalid }) => lowestInvalid?.ratePerSecond),
  { title: 'Trials', text: ({ trials }) => String(trials.length), isFigure: true },
  OUTCOME_COLUMN,
];

/** Whether a search is shown greyed: a gate that failed took its result. */
export const isGreyed = ({ limitedBy }: SloSearchResult): boolean => limitedBy !== undefined;

export const SLO_TITLE = 'Highest rate within a bound of p99';

/** MLPerf Inference asks for so long a run of its server scenario. */
const MLPERF_SECONDS = 600;

/** How the table is to be read, in sentences. */
export const sloNotes = (searches: readonly SloSearchResult[]): readonly string[] => {
  const window = Math.min(...searches.map(({ windowSeconds }) => windowSeconds));
  return [
    `Poisson arrivals; latency from the planned send time. A rate is valid where p99 lies within the bound by the early stopping test of MLPerf at 99 % confidence, at most ${MOST_FAILED_SHARE * 100} % of the requests failed (a failed one counts as over the bound), 99 % of the offered rate was achieved and nothing stayed unsent. A rate is invalid where the same test refutes it; where its requests are too few for either, longer windows of the same rate are added, and if they do not tell, it is undecided and counts as not valid. A search ends where the two rates are ${BRACKET_SHARE * 100} % apart.`,
    ...(searches.some(({ trials }) => trials.some(({ confirmation }) => confirmation !== undefined))
      ? [
          `Of many rates that were tried, noise can make one valid that is not. So the highest is measured again, in windows that did not choose it, and counts only if it passes there too: a whole search, with up to ${MOST_TRIALS} rates, then finds one whose p99 is above the bound in at most ${formatPercent(WRONG_SEARCHES)} % of all cases. That the limit lies below the lowest invalid rate is the finding of a single trial. Both take requests for independent, and those that wait in one queue are late together: the true certainty is lower, least so in long windows.`,
        ]
      : []),
    ...(searches.some(isGreyed)
      ? [
          'Greyed, or in italics: the search ended at a rate at which the apparatus failed a gate, so that the path may carry more than was found, and nobody knows how much.',
        ]
      : []),
    ...(window < MLPERF_SECONDS
      ? [
          `Windows of ${window} s and more: MLPerf asks for ${MLPERF_SECONDS} s, so these are no MLPerf figures.`,
        ]
      : []),
  ];
};

/** The searches of a summary; empty where it has none. */
export const sloSearches = ({ sloSearches: searches = [] }: Summary): readonly SloSearchResult[] =>
  searches;
