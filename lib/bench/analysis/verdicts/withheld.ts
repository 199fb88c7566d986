import { MIN_REPEATS } from '../../stats/judgement.ts';
import { targetId, type Target } from '../../model/measurement.ts';
import type { AnswerFault } from '../../model/record.ts';
import { formatFigure, formatPercent, sentenceStart } from '../../wording/format-number.ts';
import { faultWords } from '../../wording/answer-words.ts';
import type { SummaryRow } from '../summary-row.ts';
import type { Summary } from '../summary.ts';
import type { Pairing, MeasuredRow } from './pairing.ts';

/** Largest share of failed requests: failures shift the rate by their share, which must stay well below the margin of equivalence. */
const MAX_FAILED_SHARE = 0.01;

/** Below this share of the offered rate, the requests of an open loop queue up. */
const HANDLED_SHARE = 0.99;

/** The rate that was really offered: in a short window, random arrivals are often fewer than planned. */
const offeredRate = ({ level, offered, measuredSeconds }: SummaryRow): number => {
  const planned = level.loop === 'open' ? level.ratePerSecond : Infinity;
  return offered === undefined || measuredSeconds === undefined
    ? planned
    : Math.min(planned, offered / measuredSeconds);
};

const rowReason = (row: SummaryRow, name: string): string | undefined => {
  const failedCheck = row.checks?.find(({ state }) => state === 'failed');
  if (failedCheck !== undefined) return `${name}: ${failedCheck.finding}`;
  const failedShare = row.failedShare ?? 0;
  if (failedShare > MAX_FAILED_SHARE) {
    return `${name}: ${formatPercent(failedShare)} % of the requests failed; a verdict allows ${MAX_FAILED_SHARE * 100} %.`;
  }
  return undefined;
};

/**
 * Why the response times of an open loop support no verdict; undefined if they do, and in a closed loop. Requests without an answer have
 * no response time, and if requests queue up, response times grow as long as the window lasts.
 */
const openLoopReason = (row: SummaryRow, name: string): string | undefined => {
  if (row.level.loop === 'closed') return undefined;
  const { offered = 0, failed = 0, unsent = 0 } = row;
  const lost = failed + unsent;
  if (lost > MAX_FAILED_SHARE * offered) {
    return `${name}: ${lost} of ${offered} planned requests failed or were not sent; a verdict on response times allows ${MAX_FAILED_SHARE * 100} %.`;
  }
  const rate = row.requestRatePerSecond?.value ?? 0;
  const offeredPerSecond = offeredRate(row);
  return rate < HANDLED_SHARE * offeredPerSecond
    ? `${name} answered ${formatFigure(rate)} of ${formatFigure(offeredPerSecond)} offered requests per second, so requests queued up, and response times only show for how long. Offer less, or compare rates with --levels.`
    : undefined;
};

/** What is known about the answers of all targets. */
export type AnswerFacts = Pick<Summary, 'answerChecks' | 'wrongUnderLoad'>;

/** What was wrong with the answers of a target, in its answer check or under load. */
const faultOf = (
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

/** Why a row supports no verdict; undefined if it does. */
export const withheldReason = (
  { row, repeats }: MeasuredRow,
  rowName: string,
  answers: AnswerFacts,
): string | undefined => {
  const name = sentenceStart(rowName);
  const fault = faultOf(row.target, answers);
  if (fault !== undefined) return `${name} ${faultWords[fault].gave}.`;
  if (repeats.length === 0) return `${name} has no figures.`;
  if (repeats.some(({ load }) => load.requestRatePerSecond <= 0))
    return `${name} gave no correct answer in a repeat.`;
  if (row.level.loop === 'open' && repeats.some(({ load }) => load.latency.count === 0))
    return `${name} has no response times in a repeat.`;
  return rowReason(row, name) ?? openLoopReason(row, name);
};

/** Why there are too few repeats; undefined if there are enough. */
export const repeatReason = ({ differences: { repeats }, failed }: Pairing): string | undefined => {
  if (repeats >= MIN_REPEATS) return undefined;
  const left = failed === 0 ? '' : `, ${failed} more failed`;
  return `A verdict needs ${MIN_REPEATS} repeats of both targets; there ${repeats === 1 ? 'is' : 'are'} ${repeats}${left}.`;
};
