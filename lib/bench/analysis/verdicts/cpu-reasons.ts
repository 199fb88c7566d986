import { targetId, type Target } from '../../model/measurement.ts';
import { medianOf, sum } from '../../stats/moments.ts';
import { drift } from '../checks/drift.ts';
import { pooledRate } from '../figures-over-repeats.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { Summary } from '../summary.ts';
import type { RowReason, WithheldReason, WithheldTarget } from '../verdict-types.ts';
import { failingTargets } from './failing-targets.ts';
import { answersReason, MAX_IDLE_SHARE, type AnswerFacts } from './pairing.ts';

/**
 * Largest fall of the CPU time per request from the fewest to the most users, as a share of the longer of two times: this CPU time, and the
 * time from one request of a user to the next.
 *
 * A thread that waits by computing uses its core all the time, so that both times are equal, and what it wastes is as large a share of both.
 * The small model of a server that sleeps may need as much less with more users, because one wake-up then serves several requests. But a user
 * waits for middleware and load generator, too, which wake up as often: with models of 0.1 ms and the no-op backend, this fall was at most a
 * tenth of the time between requests. Beside other programs, a thread that waits by computing gets less of its core, and may be missed here;
 * most are found while nobody asks.
 */
const MAX_FALL = 0.2;

/** Whether a warm target needs so much more CPU time per request at the fewest users than at the most that it computes while it waits. */
const spinsOf = (ofTarget: readonly MeasuredRow[]): RowReason | undefined => {
  const known = ofTarget.flatMap(({ row: { level, scenario }, repeats }) => {
    const uses = repeats.flatMap(({ servingUse }) => servingUse ?? []);
    const ms = sum(uses.map(({ cpuMs }) => cpuMs)) / sum(uses.map(({ answers }) => answers));
    if (level.loop !== 'closed' || scenario !== 'warm' || !(ms > 0)) return [];
    const users = level.virtualUsers;
    const rate = pooledRate(repeats.map(({ load }) => load));
    return [{ users, ms, msBetweenRequests: (1000 * users) / rate }];
  });
  const [fewest, ...others] = known.toSorted((a, b) => a.users - b.users);
  const most = others.at(-1);
  if (fewest === undefined || most === undefined) return undefined;
  const allowed = MAX_FALL * Math.max(fewest.ms, fewest.msBetweenRequests);
  return fewest.ms - most.ms > allowed
    ? { code: 'spins', fewestMs: fewest.ms, mostMs: most.ms }
    : undefined;
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
  return spinsOf(ofTarget);
};

const rowReason = ({ row, repeats }: MeasuredRow): RowReason | undefined => {
  const drifting = row.checks?.find(
    ({ check, state }) => check === drift.name && state === 'failed',
  );
  if (drifting !== undefined) return { code: 'failed-check', result: drifting };
  const isKnown = repeats.every(({ servingUse }) => (servingUse?.cpuMs ?? 0) > 0);
  return isKnown ? undefined : { code: 'no-cpu-time' };
};

/** The targets whose CPU time is not what their requests cost, with the reason. A no-op backend costs nothing. */
export const cpuWithheldOf = (
  plan: Pick<Summary['plan'], 'options' | 'served'>,
  measured: readonly MeasuredRow[],
): readonly WithheldTarget[] => {
  const computing = measured.filter(({ row }) => row.engine !== 'noop');
  return [...groupBy(computing, ({ row }) => targetId(row.target)).values()].flatMap((ofTarget) => {
    const { target } = ofTarget[0].row;
    const reason = targetReason(plan, target, ofTarget);
    return reason === undefined ? [] : [{ target, reason }];
  });
};

/**
 * Returns a function that says why the CPU time per request of a row supports no verdict. A rate at the limit of the rig is no such reason.
 *
 * @param withheld of all targets, see {@link cpuWithheldOf}
 * @param measured all rows of the run
 */
export const cpuReasons = (
  withheld: readonly WithheldTarget[],
  answers: AnswerFacts,
  measured: readonly MeasuredRow[],
): ((measuredRow: MeasuredRow) => WithheldReason | undefined) => {
  // Failed requests cost less CPU time than answers; to wait in a queue costs none.
  const failing = failingTargets(measured, answers).filter(
    ({ reason }) => reason.code !== 'queued-requests',
  );
  return (measuredRow) => {
    const { target } = measuredRow.row;
    const ofTarget = [...withheld, ...failing].find(
      (of) => targetId(of.target) === targetId(target),
    );
    const reason =
      ofTarget?.reason ?? answersReason(measuredRow, answers) ?? rowReason(measuredRow);
    return reason && { ...reason, target };
  };
};
