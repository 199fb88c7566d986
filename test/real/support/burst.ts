import { setTimeout as sleep } from 'node:timers/promises';
import { send, type Answer, type Probe } from './exchange.ts';

/** Answers that come while nothing is computed, and those that come after. */
export interface BurstOutcome {
  readonly early: readonly Answer[];
  readonly late: Promise<readonly Answer[]>;
}

/**
 * Sends a probe many times at once and waits for what is answered at first.
 * @param settleMs - How long no answer may have come, so that the first ones count as complete.
 */
export const burst = async (
  urls: Parameters<typeof send>[0],
  probe: Probe,
  count: number,
  settleMs: number,
): Promise<BurstOutcome> => {
  const early: Answer[] = [];
  let lastAt = performance.now();
  let isLate = false;
  const all = Array.from({ length: count }, async () => {
    const answer = await send(urls, probe);
    lastAt = performance.now();
    if (!isLate) early.push(answer);
    return answer;
  });
  while (performance.now() - lastAt < settleMs) await sleep(20);
  isLate = true;
  return { early: [...early], late: Promise.all(all) };
};
