import type { Calibration, CalibrationTry, ResultRecord } from '../../model/record.ts';
import { counted, formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CheckResult } from '../summary-row.ts';
import { passedIf, type Check } from './check.ts';

/** The figures that a closed loop must measure if the latency of the serving is known. */
interface KnownLoad {
  readonly ratePerSecond: number;
  readonly meanMs: number;
}

/**
 * Computes rate and latency of N users in a closed loop, if the serving takes a time D for each request, one at a time. A request spends
 * another time W (`outsideMs`) in the middleware and the network, where it does not wait for others.
 *
 * The serving completes at most one request per D (utilisation law, X·D ≤ 1), and a user at most one per D + W, so
 * X ≤ min(1 ÷ D, N ÷ (D + W)). These are the asymptotic bounds of a closed queueing network (Denning and Buzen, The Operational Analysis
 * of Queueing Network Models, ACM Computing Surveys 10 (3), 1978; Lazowska and others, Quantitative System Performance, 1984, chapter
 * 5). Constant times reach the bounds: if W ≤ (N − 1)·D, a user's next request arrives before the serving has answered the others, so the
 * serving is always busy. Otherwise requests never wait for each other. With Little's law, N = X·R, the mean latency is
 * R = max(N·D, D + W). A network between the machines therefore changes nothing unless a round trip takes most of (N − 1)·D.
 */
export const knownLoad = (
  { delayMs, virtualUsers }: Pick<Calibration, 'delayMs' | 'virtualUsers'>,
  outsideMs: number,
): KnownLoad => {
  const saturatedMs = virtualUsers * delayMs;
  const aloneMs = delayMs + outsideMs;
  const meanMs = Math.max(saturatedMs, aloneMs);
  return { ratePerSecond: (virtualUsers * 1000) / meanMs, meanMs };
};

/**
 * Largest relative error of rate and latency. It is half of the error of a rig that loses a fifth
 * of the answers, or whose clock is off by a fifth.
 */
const CALIBRATION_LIMIT = 0.1;

type CalibrationFacts = Partial<
  Pick<Calibration, 'delayMs' | 'virtualUsers'> &
    Pick<CalibrationTry, 'ownMs' | 'roundTripMs' | 'requestRatePerSecond' | 'meanMs' | 'failed'>
> & {
  /** What was expected. */
  readonly knownRatePerSecond?: number;
  readonly knownMs?: number;
  readonly requests?: number;
  /** The fastest answer, if it came before its time. */
  readonly tooFastMs?: number;
  /** Why there are no figures. */
  readonly error?: string;
  /** All pairs that failed, if they are several. */
  readonly failedPairs?: readonly number[];
};

const check = 'calibration';

/**
 * Compares the measured rate and mean latency with {@link knownLoad}. Moreover, no answer may be faster than the delay, and no request
 * may fail.
 */
export const judgeCalibration = (
  calibrated: Pick<Calibration, 'delayMs' | 'virtualUsers'>,
  attempt: CalibrationTry,
): CheckResult<CalibrationFacts> => {
  const { delayMs, virtualUsers } = calibrated;
  const { succeeded, failed, requestRatePerSecond, meanMs, minMs } = attempt;
  const { ownMs, roundTripMs } = attempt;
  const known = knownLoad(calibrated, ownMs + (roundTripMs ?? 0));
  const latencyError = succeeded === 0 ? 1 : Math.abs(meanMs / known.meanMs - 1);
  const rateError = Math.abs(requestRatePerSecond / known.ratePerSecond - 1);
  const figure = Math.max(latencyError, rateError);
  const limit = CALIBRATION_LIMIT;
  const isTooFast = succeeded > 0 && minMs < delayMs * (1 - CALIBRATION_LIMIT);
  return passedIf<CalibrationFacts>(figure <= limit && !isTooFast && failed === 0, {
    check,
    figure,
    limit,
    facts: {
      delayMs,
      virtualUsers,
      ownMs,
      roundTripMs,
      knownRatePerSecond: known.ratePerSecond,
      knownMs: known.meanMs,
      requestRatePerSecond,
      meanMs,
      failed,
      requests: failed + succeeded,
      tooFastMs: isTooFast ? minMs : undefined,
    },
  });
};

/** Judges the last try of a calibration: the tries before it were wrong. */
const resultOf = (record: Calibration): CheckResult<CalibrationFacts> => {
  const { pair, state, reason: error } = record;
  const last = record.tries.at(-1);
  return state === 'failed' || last === undefined
    ? { check, state: 'failed', reason: 'no-figures', pair, facts: { error } }
    : { ...judgeCalibration(record, last), pair };
};

/**
 * The calibrations that apply to measurements. Leaves out a calibration that was repeated on the same pair, if it had no figures or no
 * measurement followed it. On this machine, whose parts are never exchanged, a later one also replaces one that was off: that was a
 * disturbance.
 */
const validCalibrations = (records: readonly ResultRecord[]): readonly Calibration[] =>
  records.flatMap((record, index) => {
    if (record.kind !== 'calibration') return [];
    const later = records.slice(index + 1).filter(({ pair }) => pair === record.pair);
    const next = later.findIndex(({ kind }) => kind === 'calibration');
    const isReplaced =
      next !== -1 &&
      (record.state === 'failed' ||
        !later.slice(0, next).some(hasFigures) ||
        (record.pair === undefined && resultOf(record).state === 'failed'));
    return isReplaced ? [] : [record];
  });

const hasFigures = (record: ResultRecord): boolean =>
  record.kind === 'measurement' && record.state === 'completed';

const isWorse = (a: CheckResult<CalibrationFacts>, b: CheckResult<CalibrationFacts>): boolean =>
  a.state === b.state ? (a.figure ?? 0) > (b.figure ?? 0) : a.state === 'failed';

/** Whether the rig measures a known latency correctly: the worst calibration of the run. On AWS each node pair is a rig. */
export const calibrationCheck = (
  records: readonly ResultRecord[],
): CheckResult<CalibrationFacts> => {
  const results = validCalibrations(records).map(resultOf);
  const [first] = results;
  if (first === undefined) return { check, state: 'unknown' };
  const worst = results.reduce((soFar, result) => (isWorse(result, soFar) ? result : soFar), first);
  const failed = results.flatMap(({ pair, state }) => (state === 'failed' ? (pair ?? []) : []));
  const failedPairs = [...new Set(failed)];
  return failedPairs.length < 2 ? worst : { ...worst, facts: { ...worst.facts, failedPairs } };
};

const findingOf = ({ figure, facts = {} }: CheckResult<CalibrationFacts>): string => {
  const { ownMs, roundTripMs, virtualUsers = 0, failed = 0, requests, tooFastMs } = facts;
  const inMiddleware = `${formatFigure(ownMs)} ms in the middleware`;
  const outside =
    roundTripMs === undefined
      ? ` and ${inMiddleware}`
      : ` ${inMiddleware} and ${formatFigure(roundTripMs)} ms from there to the serving’s node and back`;
  const parts = [
    `With a serving that takes ${formatFigure(facts.delayMs)} ms for a request, one at a time,${outside}, ${counted(virtualUsers, 'virtual user')} should get ${formatFigure(facts.knownRatePerSecond)} requests/s at ${formatFigure(facts.knownMs)} ms. Measured: ${formatFigure(facts.requestRatePerSecond)} requests/s at ${formatFigure(facts.meanMs)} ms, ${formatPercent(figure)} % off, limit ${limitPercent(CALIBRATION_LIMIT)}`,
    tooFastMs !== undefined && `an answer came after only ${formatFigure(tooFastMs)} ms`,
    failed > 0 && `${failed} of ${requests} requests failed`,
  ];
  return `${parts.filter(Boolean).join('; ')}.`;
};

export const calibration: Check<CalibrationFacts> = {
  name: check,
  title: 'Calibration',
  asks: 'Does this rig measure a known latency correctly?',
  limit: `mean response time and rate within ${limitPercent(CALIBRATION_LIMIT)}, wider in short windows`,
  tag: 'calibration',
  judge: ({ run }) => run.calibration,
  finding(result) {
    const {
      state,
      reason,
      pair,
      facts: { error = 'no attempt was recorded', failedPairs } = {},
    } = result;
    if (state === 'unknown') return 'No calibration was recorded.';
    const which = pair === undefined ? '' : `Pair ${pair}: `;
    const finding =
      reason === undefined
        ? findingOf(result)
        : `The calibration failed: ${error.replace(/\.?$/, '.')}`;
    const others =
      failedPairs === undefined ? '' : ` The same check failed on pairs ${failedPairs.join(', ')}.`;
    return `${which}${finding}${others}`;
  },
  advice({ state, reason }) {
    if (state === 'unknown') return undefined;
    return reason === 'no-figures'
      ? 'Remove the cause.'
      : 'Close other programs on the machine and measure again. If it fails again, the figures of this machine are wrong: report it.';
  },
};
