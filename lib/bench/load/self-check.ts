import type { GeneratorSelfCheck } from '../model/load-result.ts';

/** What the load generator measured about itself inside the window. */
export interface GeneratorUse {
  readonly cpuMs: number;
  /** Cores that it can use: one if a single thread does the work. */
  readonly cores: number;
  readonly windowMs: number;
  readonly eventLoopLagP99Ms: number;
  readonly eventLoopLagMaxMs: number;
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
export const judgeGenerator = (use: GeneratorUse): GeneratorSelfCheck => {
  const cpuShare = use.cpuMs / use.windowMs;
  const reasons: string[] = [];
  const limit = MAX_CPU_SHARE * use.cores;
  if (cpuShare > limit) {
    reasons.push(
      `the load generator used ${percent(cpuShare)} of a core (limit ${percent(limit)})`,
    );
  }
  if (use.delayedShare > MAX_DELAYED_SHARE) {
    reasons.push(
      `${percent(use.delayedShare)} of the requests left late (limit ${percent(MAX_DELAYED_SHARE)})`,
    );
  }
  if (use.unsent > 0) {
    reasons.push(`${use.unsent} planned requests could not be sent`);
  }
  return {
    cpuMs: use.cpuMs,
    cpuShare,
    cores: use.cores,
    eventLoopLagP99Ms: use.eventLoopLagP99Ms,
    eventLoopLagMaxMs: use.eventLoopLagMaxMs,
    keptUp: reasons.length === 0,
    reason: reasons.length === 0 ? undefined : reasons.join('; '),
  };
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
