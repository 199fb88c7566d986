import type { SearchWindow } from '../../plan/cell.ts';
import { windowOf, type SloSearch } from '../../plan/slo/search.ts';
import type { CompletedCell, FailedCell } from '../../results/record.ts';
import type { GateResult } from '../gates/gate.ts';
import { windowGates } from '../gates/trial-gates.ts';
import { readHistogram } from '../read-histogram.ts';
import type { Distribution } from '../statistics/distribution.ts';
import { boundCounts } from './row-counts.ts';

/** A part of the apparatus that may have been what a rate was too much for, and not the path. */
export type TrialLimit = 'load-engine' | 'middleware';

/** Parts of the apparatus, as they are called within a sentence. */
export const LIMIT_WORDS: Readonly<Record<TrialLimit, string>> = {
  'load-engine': 'the load engine',
  middleware: 'the middleware',
};

/** What a window counted: numbers that add up over windows. */
export interface WindowCounts {
  readonly seconds: number;
  /** Requests that were planned in it. */
  readonly offered: number;
  /** Right answers that came inside it. */
  readonly achieved: number;
  /** Requests that may be on their way at its end, though none takes longer than the bound: rate · bound (Little's law). */
  readonly mayWait: number;
  readonly unsent: number;
  /** Requests that were answered, failed or were without an answer at the end. */
  readonly requests: number;
  /** Of these, answered or failed. */
  readonly finished: number;
  /** Of these, failed. */
  readonly failed: number;
  /** Of `requests`, those that took longer than the bound, failed, or were without an answer at the end. */
  readonly overBound: number;
}

/** What one window of a search gave. */
export interface WindowResult {
  readonly ratePerSecond: number;
  readonly window: SearchWindow;
  /** Absent where it gave no figures, as all below. */
  readonly counts?: WindowCounts;
  readonly latencies?: Distribution;
  readonly longestMs?: number;
  /** What of the apparatus was at its own limit, with that as a sentence; absent where nothing was. */
  readonly limit?: { readonly limitedBy: TrialLimit; readonly sentence: string };
  /** What it was asked; see `windowGates`. */
  readonly gates?: readonly GateResult[];
  /** Why it gave no figures. */
  readonly failure?: string;
}

const MS_PER_SECOND = 1000;

const limitOf = ({ load }: CompletedCell, gates: readonly GateResult[]): WindowResult['limit'] => {
  const { keptUp, reason = 'no reason recorded' } = load.self;
  if (!keptUp) {
    return { limitedBy: 'load-engine', sentence: `The load engine did not keep up: ${reason}.` };
  }
  // A GPU that is slowed down limits the serving, not the apparatus.
  const failed = gates.filter(({ gate, state }) => state === 'failed' && gate !== 'gpu-throttled');
  const [first] = [...failed.filter(({ gate }) => gate !== 'middleware-cpu'), ...failed];
  if (first === undefined) return undefined;
  const limitedBy = first.gate === 'middleware-cpu' ? 'middleware' : 'load-engine';
  return { limitedBy, sentence: first.finding };
};

/**
 * Reads the window of a search from its record.
 *
 * @throws BenchError where its histogram cannot be read, or is not the one of the figures beside it
 */
export const readWindow = (
  { p99Ms }: Pick<SloSearch, 'p99Ms'>,
  record: CompletedCell | FailedCell,
): WindowResult => {
  const { cell } = record;
  const ratePerSecond = cell.level.loop === 'open' ? cell.level.ratePerSecond : Number.NaN;
  const place = { ratePerSecond, window: windowOf(cell) };
  if (record.state === 'failed') return { ...place, failure: record.message };
  const { load } = record;
  const { succeeded, failed, offered, unsent, durationSeconds } = load;
  const latencies = readHistogram(`the cell "${cell.id}"`, load.histogram);
  const gates = windowGates(record);
  const limit = limitOf(record, gates);
  const { requests, overBound } = boundCounts(record, latencies, p99Ms);
  return {
    ...place,
    counts: {
      seconds: durationSeconds,
      offered,
      achieved: load.requestRatePerSecond * durationSeconds,
      mayWait: (ratePerSecond * p99Ms) / MS_PER_SECOND,
      unsent,
      finished: succeeded + failed,
      failed,
      requests,
      overBound,
    },
    latencies,
    longestMs: load.latency.maxMs,
    gates,
    ...(limit === undefined ? {} : { limit }),
  };
};

/** What windows counted together. */
export const addCounts = (all: readonly WindowCounts[]): WindowCounts => {
  const sum = (of: (counts: WindowCounts) => number): number =>
    all.reduce((total, counts) => total + of(counts), 0);
  return {
    seconds: sum(({ seconds }) => seconds),
    offered: sum(({ offered }) => offered),
    achieved: sum(({ achieved }) => achieved),
    mayWait: sum(({ mayWait }) => mayWait),
    unsent: sum(({ unsent }) => unsent),
    requests: sum(({ requests }) => requests),
    finished: sum(({ finished }) => finished),
    failed: sum(({ failed }) => failed),
    overBound: sum(({ overBound }) => overBound),
  };
};
