import { MAX_FAILED_SHARE } from '../../analysis/slo/limits.ts';
import { BRACKET_SHARE, searchReasonText } from '../../analysis/slo/search.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { SloRate } from '../../analysis/slo-types.ts';
import { CLAIM_CONFIDENCE } from '../../stats/percentile-claim.ts';
import { counted, joined } from '../../wording/format-number.ts';
import { levelLabel, type Labels } from '../../wording/labels.ts';
import {
  blocks,
  table,
  text,
  estimateColumn,
  figureColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
} from '../blocks.ts';
import { EVERYWHERE, type Column, type Section } from '../model.ts';

const STATES: Readonly<Record<SloRate['state'], string>> = {
  kept: 'kept',
  'not-kept': 'no level keeps it',
  unknown: 'undecided',
};

const SEARCH_STATES: Readonly<Record<NonNullable<SloRate['search']>['state'], string>> = {
  found: 'kept',
  none: 'not kept',
  mixed: 'undecided',
  'no-result': 'no result',
  'going-on': 'cut off; --resume continues it',
  'not-started': 'not started',
};

const outcomeText = ({ state, requests, overLimit, search }: SloRate): string => {
  const counts = `${overLimit} of ${requests} requests over it`;
  if (search === undefined) return `${STATES[state]}: ${counts}`;
  return joined(
    ': ',
    SEARCH_STATES[search.state],
    search.state === 'found' ? counts : searchReasonText(search.reason),
  );
};

const placeText = ({ level, search }: SloRate): string => {
  if (search === undefined) return level === undefined ? '' : levelLabel(level);
  return `${counted(search.trials, 'trial')} in ${counted(search.repeats, 'repeat')}`;
};

const COLUMNS: readonly Column<SloRate>[] = [
  figureColumn('p99_limit_ms', 'p99 within', 'ms', ({ limitMs }) => limitMs),
  estimateColumn('rate_per_second', 'Rate', 'requests/s', (rate) => rate.requestRatePerSecond),
  figureColumn('p99_ms', 'p99 there', 'ms', ({ p99Ms }) => p99Ms),
  wordColumn('load', 'At', placeText),
  wordColumn('outcome', 'Bound', outcomeText),
];

const LEVELS_NOTE =
  'The best rate of the measured levels that keep the limit; levels that fail a check do not count. Between the levels a target may handle more: the profile slo searches for it, with random arrivals.';

const SEARCH_NOTE = `Searched with random arrivals (Poisson), in each repeat by itself, down to a distance of ${BRACKET_SHARE * 100} %, and confirmed by a second window, which gives the figures. The true limit is usually a few per cent higher. No result: at the rate where the search ended, the rig may have been the limit instead of the target. Each trial is in measurements.csv; lib/docs/read-the-report.md describes the search.`;

const footnoteOf = (rates: readonly SloRate[]): string =>
  joined(
    ' ',
    `A rate keeps the limit if p99 lies within it by the binomial test of MLPerf at ${CLAIM_CONFIDENCE * 100} % confidence and at most ${MAX_FAILED_SHARE * 100} % of the requests failed; a failed request counts as over the limit, and response times begin at the planned send time.`,
    rates.some(({ search }) => search === undefined) && LEVELS_NOTE,
    rates.some(({ search }) => search !== undefined) && SEARCH_NOTE,
    'The 95 % interval is over the repeats.',
  );

/** The highest rate of each target within the requested limits; undefined if none were requested. */
export const sloRateSection = ({ sloRates }: Summary, labels: Labels): Section | undefined =>
  sloRates && {
    id: 'slo-rates',
    title: 'Highest rate within a p99 limit',
    only: EVERYWHERE,
    blocks: blocks(
      table('Rates within the limit', [targetColumn(labels), scenarioColumn, ...COLUMNS], sloRates),
      text(footnoteOf(sloRates), 'small'),
    ),
  };
