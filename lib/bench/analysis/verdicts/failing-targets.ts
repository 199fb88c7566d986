import { targetId } from '../../model/measurement.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { FailingTarget, RowReason } from '../verdict-types.ts';
import { loadKey } from './decided-pairs.ts';
import { rowReason, type AnswerFacts } from './pairing.ts';

type FailingReason = FailingTarget['reason'];

/** The greatest for the worst reason. */
const severityOf = (reason: FailingReason): number => {
  if (reason.code === 'no-correct-answer') return 1;
  return reason.code === 'failed-requests'
    ? reason.share
    : -reason.answeredPerSecond / reason.offeredPerSecond;
};

const isFailing = (reason: RowReason): reason is FailingReason =>
  ['no-correct-answer', 'failed-requests', 'queued-requests'].includes(reason.code);

/** The rows at one level whose targets do not carry it. Where requests of all queue up, none is better than another. */
const failingAt = (atLoad: readonly MeasuredRow[], answers: AnswerFacts) => {
  const known = atLoad.map((measuredRow) => ({
    ...measuredRow.row,
    reason: rowReason(measuredRow, answers),
  }));
  const isCarried = known.some(({ reason }) => reason === undefined);
  return known.flatMap(({ target, level, reason }) =>
    reason !== undefined && isFailing(reason) && (isCarried || reason.code !== 'queued-requests')
      ? [{ target, level, reason }]
      : [],
  );
};

/**
 * The targets that do not carry a level at which others are compared with them, the worst target first. A server that refuses or delays what
 * others answer is not faster at the levels that are left. Those with a graver fault in their answers are left out.
 */
export const failingTargets = (
  measuredRows: readonly MeasuredRow[],
  answers: AnswerFacts,
): readonly FailingTarget[] => {
  const failing = [...groupBy(measuredRows, ({ row }) => loadKey(row)).values()]
    .filter((atLoad) => atLoad.length > 1)
    .flatMap((atLoad) => failingAt(atLoad, answers))
    .toSorted((a, b) => severityOf(b.reason) - severityOf(a.reason));
  return [...groupBy(failing, ({ target }) => targetId(target)).values()].map((ofTarget) => {
    const [{ target, reason }] = ofTarget;
    return { target, reason, levels: ofTarget.map(({ level }) => level) };
  });
};
