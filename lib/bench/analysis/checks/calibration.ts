import type { Calibration, CalibrationTry, ResultRecord } from '../../model/record.ts';
import { counted, formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import { passedIf, type CheckResult } from './check.ts';

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
export const CALIBRATION_LIMIT = 0.1;

const ADVICE =
  'Close other programs on the machine and measure again. If it fails again, the figures of this machine are wrong: report it.';
const FAILED_ADVICE = 'Fix that and start a new run.';

interface CalibrationJudgement {
  readonly isAccurate: boolean;
  readonly figure: number;
  readonly limit: number;
  readonly finding: string;
}

/**
 * Compares the measured rate and mean latency with {@link knownLoad}. Moreover, no answer may be faster than the delay, and no request
 * may fail.
 */
export const judgeCalibration = (
  calibration: Pick<Calibration, 'delayMs' | 'virtualUsers'>,
  attempt: CalibrationTry,
): CalibrationJudgement => {
  const { delayMs, virtualUsers } = calibration;
  const { succeeded, failed, requestRatePerSecond, meanMs, minMs } = attempt;
  const { ownMs, roundTripMs } = attempt;
  const known = knownLoad(calibration, ownMs + (roundTripMs ?? 0));
  const limit = CALIBRATION_LIMIT;
  const latencyError = succeeded === 0 ? 1 : Math.abs(meanMs / known.meanMs - 1);
  const rateError = Math.abs(requestRatePerSecond / known.ratePerSecond - 1);
  const figure = Math.max(latencyError, rateError);
  const isTooFast = succeeded > 0 && minMs < delayMs * (1 - CALIBRATION_LIMIT);
  const inMiddleware = `${formatFigure(ownMs)} ms in the middleware`;
  const outside =
    roundTripMs === undefined
      ? ` and ${inMiddleware}`
      : ` ${inMiddleware} and ${formatFigure(roundTripMs)} ms from there to the serving’s node and back`;
  const parts = [
    `With a serving that takes ${formatFigure(delayMs)} ms for a request, one at a time,${outside}, ${counted(virtualUsers, 'virtual user')} should get ${formatFigure(known.ratePerSecond)} requests/s at ${formatFigure(known.meanMs)} ms. Measured: ${formatFigure(requestRatePerSecond)} requests/s at ${formatFigure(meanMs)} ms, ${formatPercent(figure)} % off, limit ${limitPercent(limit)}`,
    ...(isTooFast ? [`an answer came after only ${formatFigure(minMs)} ms`] : []),
    ...(failed > 0 ? [`${failed} of ${failed + succeeded} requests failed`] : []),
  ];
  return {
    isAccurate: figure <= limit && !isTooFast && failed === 0,
    figure,
    limit,
    finding: `${parts.join('; ')}.`,
  };
};

/** Judges the last try of a calibration: the tries before it were wrong. */
const checkOf = (calibration: Calibration): CheckResult => {
  const check = 'calibration';
  const { pair } = calibration;
  const ofPair = pair === undefined ? {} : { pair };
  const pairText = pair === undefined ? '' : `Pair ${pair}: `;
  const last = calibration.tries.at(-1);
  if (calibration.state === 'failed' || last === undefined) {
    const finding = `${pairText}The calibration failed: ${calibration.reason ?? 'no attempt was recorded'}`;
    return { check, state: 'failed', ...ofPair, finding, advice: FAILED_ADVICE };
  }
  const { isAccurate, figure, limit, finding: text } = judgeCalibration(calibration, last);
  const finding = `${pairText}${text}`;
  return { ...passedIf(isAccurate, { check, figure, limit, finding, advice: ADVICE }), ...ofPair };
};

/**
 * The calibrations that apply to measurements. Leaves out a calibration that was repeated on the same pair, if it had no figures or no
 * measurement followed it.
 */
const validCalibrations = (records: readonly ResultRecord[]): readonly Calibration[] =>
  records.flatMap((record, index) => {
    if (record.kind !== 'calibration') return [];
    const later = records.slice(index + 1).filter(({ pair }) => pair === record.pair);
    const next = later.findIndex(({ kind }) => kind === 'calibration');
    const isReplaced =
      next !== -1 && (record.state === 'failed' || !later.slice(0, next).some(hasFigures));
    return isReplaced ? [] : [record];
  });

const hasFigures = (record: ResultRecord): boolean =>
  record.kind === 'measurement' && record.state === 'completed';

const isWorse = (a: CheckResult, b: CheckResult): boolean =>
  a.state === b.state ? (a.figure ?? 0) > (b.figure ?? 0) : a.state === 'failed';

/** Whether the rig measures a known latency correctly: the worst calibration of the run. On AWS each node pair is a rig. */
export const calibrationCheck = (records: readonly ResultRecord[]): CheckResult => {
  const calibrations = validCalibrations(records);
  const results = calibrations.map(checkOf);
  const [first] = results;
  if (first === undefined) {
    const finding = 'No calibration was recorded.';
    return { check: 'calibration', state: 'unknown', finding };
  }
  const worst = results.reduce((soFar, result) => (isWorse(result, soFar) ? result : soFar), first);
  const failed = results.flatMap(({ pair, state }) => (state === 'failed' ? (pair ?? []) : []));
  const failedPairs = [...new Set(failed)];
  if (failedPairs.length < 2) return worst;
  return {
    ...worst,
    finding: `${worst.finding} The same check failed on pairs ${failedPairs.join(', ')}.`,
  };
};
