import { targetId } from '../model/measurement.ts';
import { ANSWER_FAULTS, type AnswerFault } from '../model/record.ts';
import { sum } from '../stats/moments.ts';
import { checksSupport } from './checks/check.ts';
import { measuredRows } from './ranking.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Summary, Trust } from './summary.ts';

/** The number of targets; each may have several engines. */
const targetsIn = (items: readonly Pick<SummaryRow, 'target'>[]): number =>
  new Set(items.map(({ target }) => targetId(target))).size;

type Trusted = Pick<
  Summary,
  'answerChecks' | 'measurements' | 'rows' | 'stability' | 'wrongUnderLoad'
>;

/** How the answers were in the answer checks and under load. */
const answersOf = ({ answerChecks, wrongUnderLoad = [] }: Trusted): Trust['answers'] => {
  const countOf = (fault: AnswerFault): number => {
    const ofChecks = answerChecks.filter(
      ({ state, fault: found = 'wrong-answer' }) => state === 'failed' && found === fault,
    );
    const underLoad = wrongUnderLoad.filter(
      ({ wrongAnswers, notUnderstood }) =>
        (fault === 'wrong-answer' && wrongAnswers > 0) ||
        (fault === 'not-understood' && notUnderstood > 0),
    );
    return targetsIn([...ofChecks, ...underLoad]);
  };
  const faults = Object.fromEntries(ANSWER_FAULTS.map((fault) => [fault, countOf(fault)]));
  return { targets: targetsIn(answerChecks), faults: faults as Record<AnswerFault, number> };
};

const checksOf = (rows: readonly SummaryRow[]): Trust['checks'] => {
  const failing = rows.filter((row) => !checksSupport(row));
  const failed = failing
    .flatMap(({ checks = [] }) => checks)
    .filter(({ state }) => state === 'failed')
    .map(({ check }) => check);
  return { results: rows.length, failing: failing.length, failed: [...new Set(failed)] };
};

/** What a reader must know to believe the figures. */
export const trustOf = (summary: Trusted): Trust => {
  const { answerChecks, measurements, stability } = summary;
  const rows = measuredRows(summary);
  const isMeasured = rows.some(({ repeats }) => repeats > 0);
  const lost = measurements.failed - measurements.failedAnswerCheck;
  const limits = rows.flatMap(({ noopLimit }) => noopLimit ?? []);
  const share = Math.max(0, ...limits.map(({ worst }) => worst.share));
  return {
    answers: answerChecks.length > 0 ? answersOf(summary) : undefined,
    failures:
      isMeasured || lost > 0
        ? {
            measurements: lost,
            requests: sum(rows.map(({ failed = 0 }) => failed)),
            areFaultsLeftOut: (stability?.targets ?? []).length > 0,
          }
        : undefined,
    checks: isMeasured ? checksOf(rows) : undefined,
    rig:
      limits.length > 0
        ? {
            share,
            state: limits.some(({ near }) => near) ? (share > 1 ? 'wrong' : 'near') : 'far',
          }
        : undefined,
  };
};
