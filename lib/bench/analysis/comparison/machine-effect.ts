import { targetId } from '../../model/measurement.ts';
import {
  decide,
  EQUIVALENCE_MARGIN,
  FAMILY_ERROR,
  type RatioJudgement,
} from '../../stats/judgement.ts';
import { meanOf } from '../../stats/moments.ts';
import type { LogRatio } from '../../stats/noise.ts';
import { ratioAgainst } from '../../stats/run-ratios.ts';
import { groupBy } from '../group-by.ts';
import { BUSY, type MachineState } from '../machine.ts';
import { type Change, type CommonChange, isByMachine, type MachineLoads } from './comparison.ts';

/** What counts as a different load: others leave a tenth less of the cores. */
const LESS_LEFT = 0.1;

/** How much busier the machine was after; negative if it was busier before, and undefined if it was as busy, or if it is not known. */
const moreBusy = (before: MachineState, after: MachineState, cores: number): number | undefined => {
  const [usedBefore, usedAfter] = [before.othersCpuShare, after.othersCpuShare];
  if (usedBefore === undefined || usedAfter === undefined) {
    const more = ((after.loadAverage ?? 0) - (before.loadAverage ?? 0)) / cores;
    const { isBusy } = more > 0 ? after : before;
    return isBusy && Math.abs(more) >= BUSY.loadPerCore ? more : undefined;
  }
  const more = usedAfter - usedBefore;
  const { isBusy } = more > 0 ? after : before;
  const left = (1 - Math.max(usedBefore, usedAfter)) / (1 - Math.min(usedBefore, usedAfter));
  return isBusy && left <= 1 - LESS_LEFT ? more : undefined;
};

/** The loads of the machine in both runs, and in which of them it was busier; undefined if they were alike, or are not known. */
export const differingLoads = (
  before: MachineState | undefined,
  after: MachineState | undefined,
  cores: number,
): MachineLoads | undefined => {
  if (before === undefined || after === undefined) return undefined;
  const more = moreBusy(before, after, cores);
  return more === undefined
    ? undefined
    : { busier: more > 0 ? 'after' : 'before', cores, before, after };
};

/**
 * Whether a busier machine may be why a figure changed: not if it changed by more than those of the other targets under the same load,
 * because a busy machine disturbs all.
 *
 * @param judgement on `speed`, how many times as fast a target is after as before
 * @param others the same of the other targets
 * @param figures that are decided together
 */
export const mayBeByMachine = (
  judgement: RatioJudgement,
  speed: LogRatio,
  others: readonly LogRatio[],
  { busier }: Pick<MachineLoads, 'busier'>,
  figures: number,
): boolean => {
  if (judgement.kind !== (busier === 'after' ? 'slower' : 'faster')) return false;
  if (others.length === 0) return true;
  const { judgement: beyond } = decide(ratioAgainst(speed, others), FAMILY_ERROR / figures);
  return beyond.kind !== judgement.kind || (judgement.isBeyondMargin && !beyond.isBeyondMargin);
};

/** If all have changed alike, the logarithm of the largest change is at most so many times that of the smallest, and the margin. */
const ALIKE = 1.25;

/** 1 for figures that grow if a target becomes faster. */
const signOf = ({ figure }: Change): number => (figure === 'request rate' ? 1 : -1);

/** The change that all targets share by rate or median, each over all its levels; undefined if one of them changed otherwise, or not surely. */
export const commonChange = (changes: readonly Change[]): CommonChange | undefined => {
  const judged = changes.filter(({ figure }) => figure !== 'p95 response time');
  const targets = [...groupBy(judged, ({ target }) => targetId(target)).values()].map(
    (ofTarget) => {
      const known = ofTarget.filter(({ ratio }) => ratio !== undefined);
      return {
        log: meanOf(known.map((change) => signOf(change) * Math.log(change.ratio?.value ?? 1))),
        isSure: known.some(
          ({ ratio }) => (ratio?.interval?.low ?? 0) > 1 || (ratio?.interval?.high ?? 1) < 1,
        ),
      };
    },
  );
  const logs = targets.map(({ log }) => log).toSorted((a, b) => a - b);
  const [first = 0, last = 0] = [logs[0], logs.at(-1)];
  const [least, most] = last < 0 ? [last, first] : [first, last];
  const isCommon =
    targets.length > 1 &&
    // What the machine does not explain is not common.
    new Set(judged.map(isByMachine)).size === 1 &&
    targets.every(({ isSure }) => isSure) &&
    first * last > 0 &&
    Math.abs(most) <= ALIKE * Math.abs(least) + Math.log(1 + EQUIVALENCE_MARGIN);
  if (!isCommon) return undefined;
  return {
    kind: last < 0 ? 'slower' : 'faster',
    targets: targets.length,
    least: Math.abs(Math.exp(least) - 1),
    most: Math.abs(Math.exp(most) - 1),
  };
};
