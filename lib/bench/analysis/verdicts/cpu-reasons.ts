import { targetId, type Target } from '../../model/measurement.ts';
import { medianOf, sum } from '../../stats/moments.ts';
import { drift } from '../checks/drift.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { Summary } from '../summary.ts';
import type { RowReason, WithheldReason } from '../verdict-types.ts';
import { failingTargets } from './failing-targets.ts';
import { answersReason, MAX_IDLE_SHARE, type AnswerFacts } from './pairing.ts';

/** If the figure falls by more from the fewest to the most users, the server computes for more than requests, such as while it waits. */
const MAX_FALL = 0.2;

/** CPU time per request of a warm target at the fewest and the most users; undefined if they are the same or not known. */
const msByUsers = (ofTarget: readonly MeasuredRow[]) => {
  const known = ofTarget.flatMap(({ row: { level, scenario }, repeats }) => {
    const uses = repeats.flatMap(({ servingUse }) => servingUse ?? []);
    const ms = sum(uses.map(({ cpuMs }) => cpuMs)) / sum(uses.map(({ answers }) => answers));
    return level.loop === 'closed' && scenario === 'warm' && ms > 0
      ? [{ users: level.virtualUsers, ms }]
      : [];
  });
  const [fewest, ...others] = known.toSorted((a, b) => a.users - b.users);
  const most = others.at(-1);
  return fewest === undefined || most === undefined || most.users === fewest.users
    ? undefined
    : { fewestMs: fewest.ms, mostMs: most.ms };
};

const targetReason = (
  { options, served = {} }: Pick<Summary['plan'], 'options' | 'served'>,
  { serving }: Target,
  ofTarget: readonly MeasuredRow[],
): RowReason | undefined => {
  if (options.engine === 'delay') return { code: 'waits' };
  if (served[serving]?.running !== undefined) return { code: 'running-server' };
  if (served[serving]?.accelerator === 'gpu') return { code: 'accelerator' };
  const repeats = ofTarget.flatMap((measuredRow) => measuredRow.repeats);
  const idleShares = repeats.flatMap(({ start }) => start?.idleCpuShare ?? []);
  const share = idleShares.length === 0 ? 0 : medianOf(idleShares);
  if (share > MAX_IDLE_SHARE) return { code: 'busy-idle', share };
  const atUsers = msByUsers(ofTarget);
  return atUsers !== undefined && atUsers.mostMs < (1 - MAX_FALL) * atUsers.fewestMs
    ? { code: 'spins', ...atUsers }
    : undefined;
};

const rowReason = ({ row, repeats }: MeasuredRow): RowReason | undefined => {
  const drifting = row.checks?.find(
    ({ check, state }) => check === drift.name && state === 'failed',
  );
  if (drifting !== undefined) return { code: 'failed-check', result: drifting };
  const isKnown = repeats.every(({ servingUse }) => (servingUse?.cpuMs ?? 0) > 0);
  return isKnown ? undefined : { code: 'no-cpu-time' };
};

/**
 * Returns a function that says why the CPU time per request of a row supports no verdict. A rate at the limit of the rig is no such reason.
 *
 * @param measured all rows of the run
 */
export const cpuReasons = (
  plan: Pick<Summary['plan'], 'options' | 'served'>,
  answers: AnswerFacts,
  measured: readonly MeasuredRow[],
): ((measuredRow: MeasuredRow) => WithheldReason | undefined) => {
  const ofTargets = new Map(
    [...groupBy(measured, ({ row }) => targetId(row.target))].map(([target, ofTarget]) => [
      target,
      targetReason(plan, ofTarget[0].row.target, ofTarget),
    ]),
  );
  // Failed requests cost less CPU time than answers; to wait in a queue costs none.
  const failing = failingTargets(measured, answers).filter(
    ({ reason }) => reason.code !== 'queued-requests',
  );
  return (measuredRow) => {
    const { target } = measuredRow.row;
    const reason =
      ofTargets.get(targetId(target)) ??
      failing.find((of) => targetId(of.target) === targetId(target))?.reason ??
      answersReason(measuredRow, answers) ??
      rowReason(measuredRow);
    return reason && { ...reason, target };
  };
};
