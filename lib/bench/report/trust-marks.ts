import { checksSupport } from '../analysis/checks/check.ts';
import { checkOf } from '../analysis/checks/checks.ts';
import { NEAR_NOOP_LIMIT_SHARE } from '../analysis/checks/noop-limit.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { ANSWER_FAULTS } from '../model/record.ts';
import { sum } from '../stats/moments.ts';
import { faultWords } from '../wording/answer-words.ts';
import { counted, joined, roughPercent } from '../wording/format-number.ts';
import type { Chip } from './model.ts';
import { measuredRows } from '../analysis/ranking.ts';

const passed = (text: string): Chip => ({ kind: 'passed', text });

const failed = (text: string): Chip => ({ kind: 'failed', text });

/** The number of targets; each may have several engines. */
const targetsIn = (items: readonly Pick<SummaryRow, 'target'>[]): number =>
  new Set(items.map(({ target }) => targetId(target))).size;

/** How the answers were in the answer checks and under load. */
const answerMark = ({ answerChecks, wrongUnderLoad = [] }: Summary): Chip => {
  const faults = ANSWER_FAULTS.map((fault) => {
    const ofChecks = answerChecks.filter(
      ({ state, fault: found = 'wrong-answer' }) => state === 'failed' && found === fault,
    );
    const underLoad = wrongUnderLoad.filter(
      ({ wrongAnswers, notUnderstood }) =>
        (fault === 'wrong-answer' && wrongAnswers > 0) ||
        (fault === 'not-understood' && notUnderstood > 0),
    );
    const targets = targetsIn([...ofChecks, ...underLoad]);
    return targets > 0 && `${faultWords[fault].what} from ${targets}`;
  });
  const text = joined(', ', ...faults);
  return text === ''
    ? passed('answers correct')
    : failed(`${text} of ${counted(targetsIn(answerChecks), 'target')}`);
};

const failureMark = (lost: number, failedRequests: number, isDisturbed: boolean): Chip => {
  const failures = joined(
    ', ',
    lost > 0 && `${counted(lost, 'measurement')} failed`,
    failedRequests > 0 && `${counted(failedRequests, 'request')} failed`,
  );
  if (failures !== '') return failed(failures);
  return passed(isDisturbed ? 'no failures without faults' : 'no failures');
};

const checkMark = (rows: readonly SummaryRow[]): Chip => {
  const failing = rows.filter((row) => !checksSupport(row));
  if (failing.length === 0) return passed('all results pass their checks');
  const titles = failing
    .flatMap(({ checks = [] }) => checks)
    .filter(({ state }) => state === 'failed')
    .map((result) => checkOf(result).title);
  return failed(
    `${failing.length} of ${counted(rows.length, 'result')} ${failing.length === 1 ? 'fails' : 'fail'} a check: ${[...new Set(titles)].join(', ')}`,
  );
};

const rigMark = (limits: readonly NonNullable<SummaryRow['noopLimit']>[]): Chip => {
  const most = Math.max(...limits.map(({ worst }) => worst.share));
  const rig = 'load generator and middleware';
  if (!limits.some(({ near }) => near)) {
    // Rounded down, so that it is never more than what was measured.
    const times = Math.floor(10 / most) / 10;
    return passed(`${rig} could do at least ${times} times as much`);
  }
  return failed(
    most > 1
      ? 'the rig was slower with the no-op backend than with a serving: its limit is unusable'
      : `${rig} worked at up to ${roughPercent(most)} % of their limit, more than ${roughPercent(NEAR_NOOP_LIMIT_SHARE)} %`,
  );
};

/** What a reader must know to believe the figures, in a few words each. */
export const trustMarks = (summary: Summary): readonly Chip[] => {
  const { answerChecks, measurements, stability } = summary;
  const rows = measuredRows(summary);
  const isMeasured = rows.some(({ repeats }) => repeats > 0);
  const isDisturbed = (stability?.targets ?? []).length > 0;
  const lost = measurements.failed - measurements.failedAnswerCheck;
  const failures = sum(rows.map((row) => row.failed ?? 0));
  const limits = rows.flatMap(({ noopLimit }) => noopLimit ?? []);
  return [
    answerChecks.length > 0 && answerMark(summary),
    (isMeasured || lost > 0) && failureMark(lost, failures, isDisturbed),
    isMeasured && checkMark(rows),
    limits.length > 0 && rigMark(limits),
  ].filter((mark) => mark !== false);
};
