import { MOST_WINDOWS, type SloSearch } from '../../plan/slo/search.ts';
import type { SloTrial } from './judge-trial.ts';
import { searchState, type SearchBounds, type SearchState } from './next-rate.ts';
import { searchTrials, type SearchTrials } from './search-trials.ts';
import type { WindowResult } from './search-window.ts';

/** How far a search is, and the window that comes next. */
export interface SearchStep extends Omit<SearchState, 'next'> {
  readonly trials: readonly SloTrial[];
  /** Absent where the search is over. */
  readonly next?: Pick<WindowResult, 'ratePerSecond' | 'window'>;
}

/** The rate that a search came to, where nothing has confirmed it yet and its plan wants that. */
const toConfirm = (
  { windowsPerRate }: Pick<SloSearch, 'windowsPerRate'>,
  { highestValid, next }: SearchState,
): SearchTrials['needed'] =>
  windowsPerRate === undefined ||
  next !== undefined ||
  highestValid === undefined ||
  highestValid.confirmation !== undefined
    ? undefined
    : {
        ratePerSecond: highestValid.ratePerSecond,
        window: { purpose: 'confirmation', number: 1 },
      };

/**
 * The state of a search after some windows. A rate is measured on until it is decided, within limits; the rates follow from
 * what was decided; and the one that is found is confirmed, or counts as not valid, and the search goes on below it. Pure.
 */
export const searchStep = (
  search: Pick<SloSearch, 'p99Ms' | 'windowsPerRate'>,
  windows: readonly WindowResult[],
  bounds: SearchBounds,
): SearchStep => {
  const { trials, needed } = searchTrials(search, windows);
  const { next: nextRate, end, ...found } = searchState(trials, bounds);
  const next =
    needed ??
    (nextRate === undefined
      ? toConfirm(search, found)
      : { ratePerSecond: nextRate, window: { purpose: 'trial' as const, number: 1 } });
  if (next === undefined) return { trials, ...found, ...(end === undefined ? {} : { end }) };
  return windows.length >= MOST_WINDOWS
    ? { trials, ...found, end: 'given-up' }
    : { trials, ...found, next };
};
