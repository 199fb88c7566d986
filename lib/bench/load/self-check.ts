import type { GeneratorSelfCheck } from '../model/load-result.ts';

/** What the load generator measured about itself during the window. */
export interface GeneratorUse extends Pick<
  GeneratorSelfCheck,
  'cpuMs' | 'cores' | 'eventLoopLagP99Ms' | 'eventLoopLagMaxMs'
> {
  readonly windowMs: number;
  /** 0 in a closed loop. */
  readonly delayedShare: number;
  /** 0 in a closed loop. */
  readonly unsent: number;
}

/** If the load generator uses more than this share of its cores, it may be the limit. */
export const MAX_CPU_SHARE = 0.8;
/**
 * If more requests of an open loop leave late, the load was not the planned one. Even a thread that only sleeps wakes more than
 * 1 ms late in 0.5 % of the cases on two quiet cores, and several times as often on busy ones.
 */
export const MAX_DELAYED_SHARE = 0.05;

/** Decides whether the load generator kept up, or was the limit itself. */
export const judgeGenerator = ({
  windowMs,
  delayedShare,
  unsent,
  ...use
}: GeneratorUse): GeneratorSelfCheck => {
  const cpuShare = use.cpuMs / windowMs;
  const limit = MAX_CPU_SHARE * use.cores;
  const reasons: string[] = [];
  if (cpuShare > limit) {
    reasons.push(
      `the load generator used ${percent(cpuShare)} of a core (limit ${percent(limit)})`,
    );
  }
  if (delayedShare > MAX_DELAYED_SHARE) {
    reasons.push(
      `${percent(delayedShare)} of the requests left late (limit ${percent(MAX_DELAYED_SHARE)})`,
    );
  }
  if (unsent > 0) reasons.push(`${unsent} planned requests could not be sent`);
  const keptUp = reasons.length === 0;
  return { ...use, cpuShare, keptUp, reason: keptUp ? undefined : reasons.join('; ') };
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
