import type { Calibration, CalibrationTry, ResultRecord } from '../../model/record.ts';
import { counted, formatFigure, formatPercent } from '../../wording/format-number.ts';
import { passedWhere, type CheckResult } from './check.ts';

/** What a closed loop must measure if the latency of the serving is known. */
interface KnownLoad {
  readonly ratePerSecond: number;
  /** From the sending to the answer, in milliseconds. */
  readonly meanMs: number;
  /** How many requests more or fewer than rate × length a window may hold. */
  readonly atEdges: number;
}

/**
 * N users of a closed loop, and a serving that takes D for each request, one at a time. A request spends `ownMs` outside of the
 * serving, in the middleware and on the way, where it does not wait for others.
 *
 * The serving completes at most one request per D (utilisation law, X·D ≤ 1), and a user at most one per D + own, so X ≤ min(1
 * ÷ D, N ÷ (D + own)): the asymptotic bounds of a closed queueing network (Denning and Buzen, The Operational Analysis of
 * Queueing Network Models, ACM Computing Surveys 10 (3), 1978; Lazowska and others, Quantitative System Performance, 1984,
 * chapter 5). Constant times reach the bound: if own ≤ (N − 1)·D, a request is back before the serving has answered the others,
 * so the serving is always busy; otherwise requests never meet. With Little's law, N = X·R, the mean latency is R = max(N·D, D
 * + own). So a network between the machines changes nothing until a round trip takes most of (N − 1)·D.
 *
 * A serving that is always busy completes requests D apart, so a window holds at most one more or one fewer; otherwise all
 * users may get their answers at the same moment, just inside or just outside.
 */
export const knownLoad = (
  { delayMs, virtualUsers }: Pick<Calibration, 'delayMs' | 'virtualUsers'>,
  ownMs: number,
): KnownLoad => {
  const saturatedMs = virtualUsers * delayMs;
  const aloneMs = delayMs + ownMs;
  const meanMs = Math.max(saturatedMs, aloneMs);
  return {
    ratePerSecond: (virtualUsers * 1000) / meanMs,
    meanMs,
    atEdges: saturatedMs >= aloneMs ? 1 : virtualUsers,
  };
};

/**
 * How far the figures of a known latency may be off, besides what the edges of its window add: half of the error of a rig that loses
 * a fifth of the answers, or whose clock is off by a fifth.
 */
export const CALIBRATION_LIMIT = 0.1;

const ADVICE =
  'Close other programs on the machine and measure again. If it fails again, the figures of this machine are wrong: report it.';
const FAILED_ADVICE = 'Fix that and start a new run.';

interface Judgement {
  readonly isRight: boolean;
  readonly figure: number;
  readonly limit: number;
  readonly finding: string;
}

/**
 * Compares the measured rate and mean latency with those of {@link knownLoad}. No answer may be faster than the delay, and none may
 * fail. A round trip between two machines counts as time outside of the serving. The edges of the window widen the limit by the
 * requests that may fall to either side, as a share of those expected, so that lost requests do not widen it.
 */
export const judgeCalibration = (
  calibration: Pick<Calibration, 'delayMs' | 'virtualUsers'>,
  one: CalibrationTry,
): Judgement => {
  const { delayMs, virtualUsers } = calibration;
  const { durationSeconds, succeeded, failed, requestRatePerSecond, meanMs, minMs } = one;
  const { ownMs, roundTripMs = 0 } = one;
  const known = knownLoad(calibration, ownMs + roundTripMs);
  const limit = CALIBRATION_LIMIT + known.atEdges / (known.ratePerSecond * durationSeconds);
  const offMs = succeeded === 0 ? 1 : Math.abs(meanMs / known.meanMs - 1);
  const offRate = Math.abs(requestRatePerSecond / known.ratePerSecond - 1);
  const figure = Math.max(offMs, offRate);
  const isTooFast = succeeded > 0 && minMs < delayMs * (1 - CALIBRATION_LIMIT);
  const own = `${formatFigure(ownMs)} ms in the middleware`;
  const outside =
    one.roundTripMs === undefined
      ? ` and ${own}`
      : ` ${own} and ${formatFigure(roundTripMs)} ms from there to the serving’s node and back`;
  const parts = [
    `With a serving that takes ${formatFigure(delayMs)} ms for a request, one at a time,${outside}, ${counted(virtualUsers, 'virtual user')} should get ${formatFigure(known.ratePerSecond)} requests/s at ${formatFigure(known.meanMs)} ms. Measured: ${formatFigure(requestRatePerSecond)} requests/s at ${formatFigure(meanMs)} ms, ${formatPercent(figure)} % off, limit ${formatPercent(limit)} %`,
    ...(isTooFast ? [`an answer came after only ${formatFigure(minMs)} ms`] : []),
    ...(failed > 0 ? [`${failed} of ${failed + succeeded} requests failed`] : []),
  ];
  return {
    isRight: figure <= limit && !isTooFast && failed === 0,
    figure,
    limit,
    finding: `${parts.join('; ')}.`,
  };
};

/** The check of one calibration: of its last try, since only a wrong try is repeated. */
const checkOf = (calibration: Calibration): CheckResult => {
  const check = 'calibration';
  const place = calibration.pair === undefined ? '' : `Pair ${calibration.pair}: `;
  const last = calibration.tries.at(-1);
  if (calibration.state === 'failed' || last === undefined) {
    const finding = `${place}The calibration failed: ${calibration.reason ?? 'no attempt was recorded'}`;
    return { check, state: 'failed', finding, advice: FAILED_ADVICE };
  }
  const { isRight, figure, limit, finding: text } = judgeCalibration(calibration, last);
  const finding = `${place}${text}`;
  return passedWhere(isRight, { check, figure, limit, finding, advice: ADVICE });
};

/**
 * The calibrations that apply to measurements: not those that a later one of the same pair followed, if they had no figures or no
 * measurement came in between.
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

const isWorse = (one: CheckResult, other: CheckResult): boolean =>
  one.state === other.state ? (one.figure ?? 0) > (other.figure ?? 0) : one.state === 'failed';

/** Whether the rig measures a known latency correctly: the worst of the run's calibrations. On AWS each node pair is a rig. */
export const calibrationCheck = (records: readonly ResultRecord[]): CheckResult => {
  const calibrations = validCalibrations(records);
  const results = calibrations.map((calibration) => ({
    pair: calibration.pair,
    result: checkOf(calibration),
  }));
  const [first, ...others] = results.map(({ result }) => result);
  if (first === undefined) {
    const finding = 'No calibration was recorded.';
    return { check: 'calibration', state: 'unknown', finding };
  }
  const worst = others.reduce((least, one) => (isWorse(one, least) ? one : least), first);
  const failed = results.flatMap(({ pair, result }) =>
    result.state === 'failed' ? (pair ?? []) : [],
  );
  const failedPairs = [...new Set(failed)];
  if (failedPairs.length < 2) return worst;
  return {
    ...worst,
    finding: `${worst.finding} The same check failed on pairs ${failedPairs.join(', ')}.`,
  };
};
