import type { SloRate } from '../analysis/slo/best-rate.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import { figureColumn, textColumn, type KeyedColumn } from './keyed-column.ts';

export const SLO_RATE_TITLE = 'Best measured rate within a bound of p99';

const STATES: Readonly<Record<SloRate['state'], string>> = {
  kept: 'kept',
  'not-kept': 'no level keeps it',
  unknown: 'undecided',
};

const outcomeText = ({ state, requests, overBound, stoodStill }: SloRate): string => {
  if (requests === undefined || overBound === undefined) return STATES[state];
  const still = stoodStill ? ', and nothing was answered at the end of a window' : '';
  return `${STATES[state]}: ${overBound} of ${requests} requests over it${still}`;
};

/** What tables say of a path and a bound, the same in every output. */
export const SLO_RATE_COLUMNS: readonly KeyedColumn<SloRate>[] = [
  figureColumn('p99_bound_ms', 'p99 within, ms', ({ boundMs }) => formatFigure(boundMs)),
  figureColumn('rate_per_second', 'Rate, requests/s', ({ requestRatePerSecond }) =>
    formatFigure(requestRatePerSecond),
  ),
  figureColumn('p99_ms', 'p99 there, ms', ({ p99Ms }) => formatFigure(p99Ms)),
  textColumn('load', 'At', ({ level }) => (level === undefined ? '' : levelLabel(level))),
  textColumn('outcome', 'Bound', outcomeText),
];

/** Below the table. */
export const SLO_RATE_NOTE =
  'The best rate of the levels whose p99 lies within the bound by the early stopping test of MLPerf at 99 % confidence, where a failed request counts as over it, with at most 0.1 % failed; what virtual users still waited for when a window ended counts only where they had waited longer than the bound, and a level keeps no bound where nothing was answered for longer than it and a tenth of the window at the end; undecided where no level passes and the requests of one are too few to tell; levels that fail a gate are not chosen. Between the levels a path may carry more: the profile slo searches that, with random arrivals.';
