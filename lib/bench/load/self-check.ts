import type { GeneratorSelfCheck } from '../model/load-result.ts';

/** What the load generator measured about itself inside the window. */
export interface GeneratorUse extends Pick<
  GeneratorSelfCheck,
  'cpuMs' | 'cores' | 'eventLoopLagP99Ms' | 'eventLoopLagMaxMs'
> {
  readonly windowMs: number;
  /** Both always 0 in a closed loop. */
  readonly delayedShare: number;
  readonly unsent: number;
}

/** Above this share of its cores the load generator may be the limit. */
export const MAX_CPU_SHARE = 0.8;
/**
 * If more requests of an open loop than this leave late, the load was not the planned one. A thread that only sleeps is late by
 * more than 1 ms in 0.5 % of its times on two quiet cores, and several times as often beside others.
 */
export const MAX_DELAYED_SHARE = 0.05;

/** Judges whether the load generator, rather than the server, was the limit. */
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
