import { groupBy } from '../group-by.ts';
import { MOST_TRIALS, WINDOWS_PER_RATE, type SloSearch } from '../../plan/slo/search.ts';
import { CLAIM_CONFIDENCE } from '../statistics/early-stopping.ts';
import { judgeWindows, type MeasuredRate, type SloTrial } from './judge-trial.ts';
import type { WindowResult } from './search-window.ts';

type Limits = Pick<SloSearch, 'p99Ms' | 'windowsPerRate'>;

/** The windows of one rate and purpose together, in the order in which their rates were first tried. */
const measuredRates = (
  { p99Ms }: Limits,
  windows: readonly WindowResult[],
  purpose: WindowResult['window']['purpose'],
): ReadonlyMap<number, MeasuredRate> =>
  new Map(
    [
      ...groupBy(
        windows.filter(({ window }) => window.purpose === purpose),
        ({ ratePerSecond }) => String(ratePerSecond),
      ).values(),
    ].map((own) => [own[0]?.ratePerSecond ?? Number.NaN, judgeWindows(p99Ms, own)]),
  );

/** The window that a rate needs, where those that it has do not tell. */
const neededIn = (
  rates: ReadonlyMap<number, MeasuredRate>,
  purpose: WindowResult['window']['purpose'],
  { windowsPerRate = 1 }: Limits,
): SearchTrials['needed'] => {
  for (const [ratePerSecond, { undecided, windows = 1 }] of rates) {
    if (undecided === true && windows < windowsPerRate) {
      return { ratePerSecond, window: { purpose, number: windows + 1 } };
    }
  }
  return undefined;
};

const withConfirmation = (trial: SloTrial, confirmation: MeasuredRate | undefined): SloTrial => {
  if (confirmation === undefined || confirmation.valid) {
    return confirmation === undefined ? trial : { ...trial, confirmation };
  }
  const { undecided, reason = '', limitedBy } = confirmation;
  return {
    ...trial,
    valid: false,
    ...(undecided === undefined ? {} : { undecided }),
    reason: `It was carried at first, and not when it was measured again: ${reason}`,
    ...(limitedBy === undefined ? {} : { limitedBy }),
    confirmation,
  };
};

/** What the windows of a search come to. */
export interface SearchTrials {
  /** In the order in which their rates were first tried; a rate that was not confirmed is not valid. */
  readonly trials: readonly SloTrial[];
  /** The window that one of them needs before the search can go on; absent where none does. */
  readonly needed?: Pick<WindowResult, 'ratePerSecond' | 'window'> | undefined;
}

/**
 * The greatest share of searches that find a rate whose p99 lies above the bound. Such a rate has to pass two tests on
 * different windows, the trial and the confirmation, each with two looks that err in 1 % at most: (2 · 1 %)², for each of the
 * 16 rates that a search may try. Without the confirmation it would be 32 %.
 */
export const WRONG_SEARCHES = MOST_TRIALS * (WINDOWS_PER_RATE * (1 - CLAIM_CONFIDENCE)) ** 2;

/** The trials of a search from its windows. Pure. */
export const searchTrials = (search: Limits, windows: readonly WindowResult[]): SearchTrials => {
  const tried = measuredRates(search, windows, 'trial');
  const confirmed = measuredRates(search, windows, 'confirmation');
  return {
    trials: [...tried].map(([ratePerSecond, measured]) =>
      withConfirmation({ ratePerSecond, ...measured }, confirmed.get(ratePerSecond)),
    ),
    needed: neededIn(tried, 'trial', search) ?? neededIn(confirmed, 'confirmation', search),
  };
};
