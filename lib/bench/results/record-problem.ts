import { sum } from '../sum.ts';
import type { CompletedCell, ResultRecord } from './record.ts';
import { schemaProblem } from './schema-problem.ts';

/** The definitions of the schema by what a line says it is. */
const DEFINITIONS: Readonly<Record<string, string>> = {
  'cell/completed': 'CompletedCell',
  'cell/failed': 'FailedCell',
  'cell/skipped': 'SkippedCell',
  'check/passed': 'AnswerCheck',
  'check/failed': 'AnswerCheck',
  'oracle/completed': 'OracleCheck',
  'oracle/failed': 'OracleCheck',
};

/** As many significant digits as every sum of counts keeps. */
const RELATIVE_ERROR = 1e-6;

const isClose = (one: number, other: number): boolean =>
  Math.abs(one - other) <= RELATIVE_ERROR * Math.max(1, Math.abs(one), Math.abs(other));

/**
 * Figures that are written twice, or follow from others, and do not agree: no run writes such a cell, whatever it measured.
 * Both the rate and the bins count what came inside the window.
 */
const loadContradiction = ({ load }: CompletedCell): string | undefined => {
  const { bins, succeeded, failed, requestRatePerSecond, durationSeconds, latency } = load;
  const share = failed / Math.max(1, succeeded + failed);
  const classes = sum(Object.values(load.failures).map((count) => count ?? 0));
  if (!isClose(load.failedShare, share)) {
    return `a failed share of ${load.failedShare} with ${failed} failed of ${succeeded + failed} requests`;
  }
  if (latency.count !== succeeded) {
    return `${latency.count} latencies of ${succeeded} right answers`;
  }
  if (classes !== failed) {
    return `${classes} failures by their classes, and ${failed} failed requests`;
  }
  const inBins = sum(bins.map((bin) => bin.succeeded));
  const inWindow = requestRatePerSecond * durationSeconds;
  if (bins.length > 0 && !isClose(inBins, inWindow)) {
    return `${requestRatePerSecond} requests/s over ${durationSeconds} s, and ${inBins} right answers in its seconds`;
  }
  return undefined;
};

/** Of figures that are scaled to the window: the snapshots behind them are taken a little late at either end. */
const SCALED_ERROR = 0.02;

/** The busiest process uses no less than their mean. Beside the processes that answer there may be one that starts them. */
const middlewareContradiction = ({ load, middleware }: CompletedCell): string | undefined => {
  const { processes, cpuMs, busiestCpuShare } = middleware;
  const cores = cpuMs / (load.durationSeconds * 1000);
  return busiestCpuShare >= (cores / (processes + 1)) * (1 - SCALED_ERROR)
    ? undefined
    : `${cpuMs} ms of processor time of ${processes} processes of the middleware in ${load.durationSeconds} s, and ${busiestCpuShare} of a core of the busiest`;
};

const directContradiction = ({ load, direct, cell }: CompletedCell): string | undefined => {
  if (direct?.state !== 'completed') return undefined;
  const { requestRatePerSecond, durationSeconds, succeeded, latency, rateShare } = direct;
  const inWindow = requestRatePerSecond * durationSeconds;
  if (latency.count !== succeeded) {
    return `${latency.count} latencies of ${succeeded} right answers of the direct check`;
  }
  if (cell.level.loop === 'closed' && !isClose(inWindow, succeeded)) {
    return `${requestRatePerSecond} requests/s over ${durationSeconds} s of the direct check, and ${succeeded} right answers in it`;
  }
  return isClose(rateShare * requestRatePerSecond, load.requestRatePerSecond)
    ? undefined
    : `${load.requestRatePerSecond} requests/s, ${requestRatePerSecond} without the middleware, and a share of ${rateShare}`;
};

const contradiction = (cell: CompletedCell): string | undefined =>
  loadContradiction(cell) ?? middlewareContradiction(cell) ?? directContradiction(cell);

const textOf = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : 'nothing');

/** Why a value is no record. */
export interface RecordProblem {
  /** In words. */
  readonly why: string;
  /** Whether a later version of bench may have written it. */
  readonly isLater: boolean;
}

/** What a later version wrote, in words; undefined for what this one knows. */
const laterThing = (value: object): string | undefined => {
  const { kind, state, schema = 1 } = value as Readonly<Record<string, unknown>>;
  if (schema !== 1) {
    return `it has schema ${JSON.stringify(schema)}, and this version of bench knows schema 1`;
  }
  return DEFINITIONS[`${String(kind)}/${String(state)}`] === undefined
    ? `it is of kind ${textOf(kind)} and state ${textOf(state)}, which this version of bench does not know`
    : undefined;
};

/** What of a record of a known kind is missing, no figure, or contradicts the rest. */
const damageOf = (value: ResultRecord): string | undefined => {
  const definition = DEFINITIONS[`${value.kind}/${value.state}`] ?? '';
  const problem = schemaProblem('results', definition, value);
  if (problem !== undefined) return problem;
  if (value.kind !== 'cell' || value.state !== 'completed') return undefined;
  const figures = contradiction(value);
  return figures === undefined ? undefined : `its figures contradict each other: ${figures}`;
};

/**
 * Why the value of a line cannot be a record; undefined for a record. Fields that this version does not know are no problem;
 * a kind that it does not know is one.
 */
export const recordProblem = (value: unknown): RecordProblem | undefined => {
  if (typeof value !== 'object' || value === null)
    return { why: 'it is no object', isLater: false };
  const later = laterThing(value);
  if (later !== undefined) return { why: later, isLater: true };
  const why = damageOf(value as ResultRecord);
  return why === undefined ? undefined : { why, isLater: false };
};
