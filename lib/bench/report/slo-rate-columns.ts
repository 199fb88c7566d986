import type { SloRate } from '../analysis/slo/best-rate.ts';
import { formatFigure } from './format-number.ts';
import { levelLabel } from './labels.ts';
import type { PathColumn } from './path-column.ts';

export const SLO_RATE_TITLE = 'Best measured rate within a bound of p99';

const STATES: Readonly<Record<SloRate['state'], string>> = {
  kept: 'kept',
  'not-kept': 'no level keeps it',
  unknown: 'undecided: too few answers to claim a p99',
};

/** What tables say of a path and a bound, the same in every output. */
export const SLO_RATE_COLUMNS: readonly PathColumn<SloRate>[] = [
  {
    key: 'p99_bound_ms',
    title: 'p99 within, ms',
    text: ({ boundMs }) => formatFigure(boundMs),
    isFigure: true,
  },
  {
    key: 'rate_per_second',
    title: 'Rate, requests/s',
    text: ({ requestRatePerSecond }) => formatFigure(requestRatePerSecond),
    isFigure: true,
  },
  {
    key: 'p99_ms',
    title: 'p99 there, ms',
    text: ({ p99Ms }) => formatFigure(p99Ms),
    isFigure: true,
  },
  {
    key: 'load',
    title: 'At',
    text: ({ level }) => (level === undefined ? '' : levelLabel(level)),
    isFigure: false,
  },
  { key: 'outcome', title: 'Bound', text: ({ state }) => STATES[state], isFigure: false },
];

/** Below the table. */
export const SLO_RATE_NOTE =
  'The best rate of the levels whose p99, as measured, has enough answers and lies within the bound, with at most 0.1 % failed; levels that fail a gate are not chosen. Between the levels a path may carry more: the profile slo searches that, with random arrivals.';
