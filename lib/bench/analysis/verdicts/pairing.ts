import { type Level, targetId, type Target } from '../../model/measurement.ts';
import type { FailureClass } from '../../model/load-result.ts';
import type { CompletedMeasurement, AnswerFault } from '../../model/record.ts';
import { percentileOfRepeat } from '../../stats/histogram.ts';
import type { Interval, RepeatFigure } from '../../stats/interval.ts';
import { pairedDifferences, type Differences } from '../../stats/noise.ts';
import { rateOfRepeat, readHistogram } from '../figures-over-repeats.ts';
import type { MeasuredRow } from '../records.ts';
import type {
  ComparedFigure,
  FailingTarget,
  JudgedFigure,
  RowReason,
  WithheldReason,
} from '../verdict-types.ts';
import { MIN_REPEATS } from '../../stats/judgement.ts';
import { FIRST_LOOK_REPEATS } from '../../stats/looks.ts';
import {
  formatFigure,
  formatPercent,
  roundedDown,
  sentenceStart,
} from '../../wording/format-number.ts';
import { failureWords, faultWords } from '../../wording/answer-words.ts';
import { levelWords } from '../../wording/labels.ts';
import { failsCheck, isAtLimit } from '../checks/check.ts';
import { findingOf } from '../checks/checks.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';

export const judgedFigure = ({ loop }: Pick<Level, 'loop'>): JudgedFigure =>
  loop === 'closed' ? 'request rate' : 'median response time';

/** A figure of each repeat of a row. */
export type FigureOfRepeat = JudgedFigure | 'CPU time per request';

/** Converts a ratio of speeds, first ÷ second, into a ratio of the figure. For times, that is the inverse. */
export const ratioOf = (
  figure: FigureOfRepeat | ComparedFigure,
  speed: { readonly value: number; readonly interval: Interval },
): typeof speed =>
  figure === 'request rate'
    ? speed
    : {
        value: 1 / speed.value,
        interval: {
          ...speed.interval,
          low: 1 / speed.interval.high,
          high: 1 / speed.interval.low,
        },
      };

/** Cache: a repeat is compared with every other target. */
const cachedMedians = new WeakMap<CompletedMeasurement, RepeatFigure>();

/**
 * NaN if it has no correct answers.
 *
 * @throws BenchError `BENCH_DAMAGED` if the histogram cannot be read
 */
const medianOf = (repeat: CompletedMeasurement): RepeatFigure => {
  const { measurement, load } = repeat;
  const known = cachedMedians.get(repeat);
  if (known !== undefined) return known;
  const times = readHistogram(`the measurement "${measurement.id}"`, load.histogram);
  const median = percentileOfRepeat(times, 50);
  cachedMedians.set(repeat, median);
  return median;
};

/** Standard error of a time that is read in steps of 10 ms, at its beginning and its end: each is rounded. */
const CPU_ERROR_MS = 10 / Math.sqrt(6);

/** NaN if it is not known. */
const cpuTimeOf = ({ servingUse: use }: CompletedMeasurement): RepeatFigure =>
  use === undefined
    ? { value: Number.NaN, minError: 0 }
    : { value: use.cpuMs / use.answers, minError: CPU_ERROR_MS / use.cpuMs };

/** The figure of one repeat. Times are in any unit; only their ratios count. */
export const FIGURE_OF_REPEAT: Readonly<
  Record<FigureOfRepeat, (measurement: CompletedMeasurement) => RepeatFigure>
> = {
  'request rate': ({ load }) => rateOfRepeat(load),
  'median response time': medianOf,
  'CPU time per request': cpuTimeOf,
};

/** The differences of two rows. It does not keep the repeats: a long run has a million pairs of them. */
export interface Pairing {
  readonly differences: Differences;
  /** Number of repeats that failed in at least one of the rows. */
  readonly failed: number;
}

/** Orders two figures so that the first ÷ the second says how many times as fast the first row is. */
const speedsOf = (figure: FigureOfRepeat, first: RepeatFigure, second: RepeatFigure) =>
  figure === 'request rate' ? ([first, second] as const) : ([second, first] as const);

/**
 * Compares repeats with the same number on the same node pair.
 *
 * @throws BenchError `BENCH_DAMAGED` if a histogram cannot be read
 */
export const pairRepeats = (
  figure: FigureOfRepeat,
  first: MeasuredRow,
  second: MeasuredRow,
): Pairing => {
  const figureOf = FIGURE_OF_REPEAT[figure];
  const secondByNumber = new Map(
    second.repeats.map((record) => [record.measurement.repeat, record]),
  );
  const pairs = first.repeats
    .toSorted((a, b) => a.measurement.repeat - b.measurement.repeat)
    .flatMap((record) => {
      const other = secondByNumber.get(record.measurement.repeat);
      return other === undefined || other.pair !== record.pair
        ? []
        : [speedsOf(figure, figureOf(record), figureOf(other))];
    });
  const failed = [first, second].flatMap(({ row }) =>
    row.failedRepeats.map(({ repeat }) => repeat),
  );
  return { differences: pairedDifferences(pairs), failed: new Set(failed).size };
};

/** Largest share of failed requests: failures shift the rate by their share, which must stay well below the margin of equivalence. */
const MAX_FAILED_SHARE = 0.01;

/** A server that uses more of a core while nobody asks computes for more than requests. */
export const MAX_IDLE_SHARE = 0.02;

/** Below this share of the offered rate, the requests of an open loop queue up. */
const HANDLED_SHARE = 0.99;

/** The rate that was really offered: in a short window, random arrivals are often fewer than planned. */
const offeredRate = ({ level, offered, measuredSeconds }: SummaryRow): number => {
  const planned = level.loop === 'open' ? level.ratePerSecond : Infinity;
  return offered === undefined || measuredSeconds === undefined
    ? planned
    : Math.min(planned, offered / measuredSeconds);
};

/** The share of requests that failed. In an open loop, those that were not sent count, unless a failed check shows another cause. */
const failedShareOf = (row: SummaryRow): number => {
  const { level, failedShare = 0, failed = 0, unsent = 0, offered = 0 } = row;
  return level.loop === 'closed' || offered === 0 || failsCheck(row)
    ? failedShare
    : Math.max(failedShare, (failed + unsent) / offered);
};

/** Why too many requests of a row failed; undefined if they did not. */
const failedRequestsReason = (row: SummaryRow) => {
  const { level, failures = {}, unsent = 0 } = row;
  const share = failedShareOf(row);
  if (share <= MAX_FAILED_SHARE) return undefined;
  const classes = Object.entries(failures) as [FailureClass, number][];
  const [most] = [...classes, ['unsent', unsent] as const]
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a);
  return { code: 'failed-requests', share, level, cause: most?.[0] } as const;
};

const figuresReason = (row: SummaryRow): RowReason | undefined => {
  const result = row.checks?.find(({ state }) => state === 'failed');
  if (result !== undefined) return { code: 'failed-check', result };
  return isAtLimit(row)
    ? { code: 'rig-limit', requestRatePerSecond: row.requestRatePerSecond?.value ?? 0 }
    : undefined;
};

/**
 * Why the response times of an open loop support no verdict; undefined if they do, and in a closed loop. If requests queue up, response times
 * grow as long as the window lasts.
 */
const openLoopReason = (row: SummaryRow): RowReason | undefined => {
  if (row.level.loop === 'closed') return undefined;
  const answeredPerSecond = row.requestRatePerSecond?.value ?? 0;
  const offeredPerSecond = offeredRate(row);
  return answeredPerSecond < HANDLED_SHARE * offeredPerSecond
    ? { code: 'queued-requests', answeredPerSecond, offeredPerSecond }
    : undefined;
};

/** What is known about the answers of all targets. */
export type AnswerFacts = Pick<Summary, 'answerChecks' | 'wrongUnderLoad'>;

/** What was wrong with the answers of a target, in its answer check or under load. */
export const faultOf = (
  target: Target,
  { answerChecks, wrongUnderLoad = [] }: AnswerFacts,
): AnswerFault | undefined => {
  const isOf = (known: Pick<SummaryRow, 'target' | 'engine'>): boolean =>
    known.engine !== 'noop' && targetId(known.target) === targetId(target);
  const check = answerChecks.find((known) => known.state === 'failed' && isOf(known));
  if (check !== undefined) return check.fault ?? 'wrong-answer';
  const underLoad = wrongUnderLoad.find(isOf);
  if (underLoad === undefined) return undefined;
  return underLoad.wrongAnswers > 0 ? 'wrong-answer' : 'not-understood';
};

/** Why the answers of a row support no verdict on anything; undefined if they do. */
export const answersReason = (
  { row, repeats }: MeasuredRow,
  answers: AnswerFacts,
): RowReason | undefined => {
  const fault = faultOf(row.target, answers);
  if (fault !== undefined) return { code: 'answers', fault };
  return repeats.length === 0 ? { code: 'no-figures', level: row.level } : undefined;
};

const silentReason = ({ row: { level }, repeats }: MeasuredRow): RowReason | undefined => {
  if (repeats.some(({ load }) => load.requestRatePerSecond <= 0)) {
    return { code: 'no-correct-answer', level };
  }
  return level.loop === 'open' && repeats.some(({ load }) => load.latency.count === 0)
    ? { code: 'no-response-times' }
    : undefined;
};

/** Why a row by itself supports no verdict on speed; undefined if it does. */
export const rowReason = (
  measuredRow: MeasuredRow,
  answers: AnswerFacts,
): RowReason | undefined => {
  const { row } = measuredRow;
  return (
    answersReason(measuredRow, answers) ??
    failedRequestsReason(row) ??
    silentReason(measuredRow) ??
    figuresReason(row) ??
    openLoopReason(row)
  );
};

/**
 * Why a row supports no verdict; undefined if it does.
 *
 * @param run of two compared ones
 */
export const withheldReason = (
  measuredRow: MeasuredRow,
  answers: AnswerFacts,
  run?: 'before' | 'after',
): WithheldReason | undefined => {
  const reason = rowReason(measuredRow, answers);
  return reason && { ...reason, target: measuredRow.row.target, run };
};

/** Why there are too few repeats; undefined if there are enough. */
export const repeatReason = ({
  differences: { repeats },
  failed,
}: Pairing): WithheldReason | undefined =>
  repeats >= MIN_REPEATS ? undefined : { code: 'few-repeats', repeats, failed };

/** What a target did that does not carry what others carry, without its name. */
export const failingReasonText = (reason: FailingTarget['reason']): string => {
  switch (reason.code) {
    case 'no-correct-answer':
      return `gave no correct answer in a repeat at ${levelWords(reason.level)}`;
    case 'failed-requests':
      return `failed ${formatPercent(reason.share)} % of its requests at ${levelWords(reason.level)}${reason.cause === undefined ? '' : ` (${failureWords(reason.cause)})`}`;
    case 'queued-requests':
      return `answered ${formatFigure(reason.answeredPerSecond)} of ${formatFigure(reason.offeredPerSecond)} offered requests per second`;
    default:
      return reason satisfies never;
  }
};

/**
 * Why there is no verdict, as a sentence.
 *
 * @param nameOf names a target
 */
export const withheldText = (
  reason: WithheldReason,
  nameOf: (target: Target) => string,
): string => {
  if (reason.code === 'few-repeats') {
    const { repeats, failed } = reason;
    const left = failed === 0 ? '' : `, ${failed} more failed`;
    return `A verdict needs ${MIN_REPEATS} repeats of both targets; there ${repeats === 1 ? 'is' : 'are'} ${repeats}${left}.`;
  }
  if (reason.code === 'not-looked-yet') {
    return `The run looks at its verdicts after a fifth of its repeats, and after ${FIRST_LOOK_REPEATS} at the earliest.`;
  }
  const { run, target } = reason;
  const name = `${run === undefined ? '' : sentenceStart(`${run}, `)}${nameOf(target)}`;
  switch (reason.code) {
    case 'answers':
      return `${name} ${faultWords[reason.fault].gave}.`;
    case 'no-figures':
      return `${name} has no complete repeat at ${levelWords(reason.level)}.`;
    case 'no-correct-answer':
      return `${name} ${failingReasonText(reason)}.`;
    case 'no-response-times':
      return `${name} has no response times in a repeat.`;
    case 'failed-check':
      return `${name}: ${findingOf(reason.result)}`;
    case 'rig-limit':
      return `${name} answers at least ${roundedDown(reason.requestRatePerSecond)} requests/s, the limit of this rig, so it may be faster.`;
    case 'failed-requests':
      return `${name} ${failingReasonText(reason)}; a verdict allows ${MAX_FAILED_SHARE * 100} %.`;
    case 'queued-requests':
      return `${name} ${failingReasonText(reason)}, so requests queued up, and response times only show for how long. Offer less, or compare rates with --levels.`;
    case 'no-cpu-time':
      return `The CPU time of ${nameOf(target)} is not known.`;
    case 'waits':
      return 'CPU time says nothing of a server that waits.';
    case 'running-server':
      return `${name} was already running, so that its CPU time is not known.`;
    case 'accelerator':
      return `${name} computes on a GPU, so that its CPU time is not what it costs.`;
    case 'busy-idle':
      return `${name} used ${formatPercent(reason.share)} % of a core while nobody asked; a verdict on CPU time allows ${MAX_IDLE_SHARE * 100} %.`;
    case 'spins':
      return `${name} needs ${formatFigure(reason.fewestMs)} ms of CPU time per request with the fewest users and ${formatFigure(reason.mostMs)} ms with the most: it computes while it waits, or was not warm yet.`;
    default:
      return reason satisfies never;
  }
};
