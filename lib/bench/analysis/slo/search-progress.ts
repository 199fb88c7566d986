import type { Cell } from '../../plan/cell.ts';
import {
  isPilotOf,
  lowestRate,
  searchOf,
  trialCell,
  windowSecondsFor,
  type SloSearch,
} from '../../plan/slo/search.ts';
import { formatFigure } from '../../wording/format-number.ts';
import type { CompletedCell, ResultRecord } from '../../results/record.ts';
import type { SloTrial } from './judge-trial.ts';
import { firstRateOf, secondRateOf, type SearchState } from './next-rate.ts';
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
  /**
   * `not-started`: the cells that tell where to begin gave no figures, or are still to run; `too-short`: by what those that
   * ran tell, its windows are too short for the rate that it would begin with, so it tries none.
   */
  readonly state: 'not-started' | 'going-on' | 'too-short' | NonNullable<SearchState['end']>;
  /** Why no rate was tried, where that was clear without a trial. */
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

/**
 * What a search would begin with lies below the lowest rate that its windows can tell of. To begin there all the same would
 * overload the path, and say nothing of it.
 */
const tooShort = (search: SloSearch, pilotRate: number): string | undefined => {
  const [first, lowest] = [firstRateOf(pilotRate), lowestRate(search)];
  if (first >= lowest) return undefined;
  const [here, least] = [search.durationSeconds, windowSecondsFor(secondRateOf(first))];
  return `Virtual users got at most ${formatFigure(pilotRate)} requests/s on this path, so that the search would begin at ${formatFigure(first)}; windows of ${here} s hold enough requests only from ${formatFigure(lowest)} on. It wants --duration ${least} or more.`;
};

/** Where it is clear without a trial that a search finds nothing. */
const withoutTrial = (
  search: SloSearch,
  pilots: readonly CompletedCell[],
  pilotRate: number,
  isTried: boolean,
): Pick<SearchProgress, 'state' | 'reason'> | undefined => {
  if (pilotRate === 0) return { state: 'not-started' };
  const none = hopeless(search, pilots);
  if (none !== undefined) return { state: 'unreachable', reason: none };
  // What was tried by a version that did not look at this keeps its meaning.
  const short = isTried ? undefined : tooShort(search, pilotRate);
  return short === undefined ? undefined : { state: 'too-short', reason: short };
};

/** How far a search is: a pure function of the records, so that a run that was cut off goes on where it was. */
export const searchProgress = (
  search: SloSearch,
  records: readonly ResultRecord[],
): SearchProgress => {
  const windows = records.flatMap((record) =>
    record.kind === 'cell' && searchOf([search], record.cell) !== undefined
      ? [readWindow(search, record)]
      : [],
  );
  const common = { search, windows: windows.length };
  const pilots = pilotsOf(search, records);
  const pilotRate = Math.max(0, ...pilots.map(({ load }) => load.requestRatePerSecond));
  const ended = withoutTrial(search, pilots, pilotRate, windows.length > 0);
  if (ended !== undefined) {
    return { ...common, trials: searchTrials(search, windows).trials, ...ended };
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
