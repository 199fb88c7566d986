import type { Cell } from '../../plan/cell.ts';
import {
  isPilotOf,
  lowestRate,
  searchOf,
  trialCell,
  type SloSearch,
} from '../../plan/slo/search.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { CompletedCell, ResultRecord } from '../../results/record.ts';
import type { SloTrial } from './judge-trial.ts';
import { firstRateOf, type SearchState } from './next-rate.ts';
import { searchStep } from './search-step.ts';
import { searchTrials } from './search-trials.ts';
import { readWindow } from './search-window.ts';

/** A search with what its trials gave so far. */
export interface SearchProgress extends Omit<SearchState, 'end' | 'next'> {
  readonly search: SloSearch;
  /** In the order in which they ran. */
  readonly trials: readonly SloTrial[];
  /** Windows that were measured for them, confirmations included. */
  readonly windows: number;
  /** `not-started`: the cells that tell where to begin gave no figures, or are still to run. */
  readonly state: 'not-started' | 'going-on' | NonNullable<SearchState['end']>;
  /** Why no rate is carried, where that was clear without a trial. */
  readonly reason?: string;
  /** The cell that comes next; absent where the search is over or not started. */
  readonly next?: Cell;
}

/** The cells of the search's path that ran before it. */
const pilotsOf = (search: SloSearch, records: readonly ResultRecord[]): readonly CompletedCell[] =>
  records.flatMap((record) =>
    record.kind === 'cell' && record.state === 'completed' && isPilotOf(search, record.cell)
      ? [record]
      : [],
  );

/** A serving that one user waits for too long will not be faster for many. */
const hopeless = ({ p99Ms }: SloSearch, pilots: readonly CompletedCell[]): string | undefined => {
  const alone = pilots.find(({ cell: { level }, load }) => {
    const isAlone = level.loop === 'closed' && level.virtualUsers === 1;
    return isAlone && load.latency.count > 0 && load.latency.p50Ms > p99Ms;
  });
  return alone === undefined
    ? undefined
    : `Half of the requests of a single virtual user take longer than ${formatFigure(alone.load.latency.p50Ms)} ms, so no rate has its p99 within ${p99Ms} ms.`;
};

/** How far a search is: a pure function of the records, so that a run that was cut off goes on where it was. */
export const searchProgress = (
  search: SloSearch,
  records: readonly ResultRecord[],
): SearchProgress => {
  const windows = records.flatMap((record) =>
    record.kind === 'cell' &&
    record.state !== 'skipped' &&
    searchOf([search], record.cell) !== undefined
      ? [readWindow(search, record)]
      : [],
  );
  const common = { search, windows: windows.length };
  const pilots = pilotsOf(search, records);
  const pilotRate = Math.max(0, ...pilots.map(({ load }) => load.requestRatePerSecond));
  const reason = hopeless(search, pilots);
  if (pilotRate === 0 || reason !== undefined) {
    const { trials } = searchTrials(search, windows);
    return pilotRate === 0
      ? { ...common, trials, state: 'not-started' }
      : { ...common, trials, state: 'unreachable', ...(reason === undefined ? {} : { reason }) };
  }
  const { end, next, ...found } = searchStep(search, windows, {
    firstRate: firstRateOf(pilotRate),
    lowestRate: lowestRate(search),
  });
  return {
    ...common,
    ...found,
    state: end ?? 'going-on',
    ...(next === undefined ? {} : { next: trialCell(search, next.ratePerSecond, next.window) }),
  };
};
