import { setTimeout as sleep } from 'node:timers/promises';
import { send, type Answer, type Probe } from './exchange.ts';

/** Answers that come while nothing is computed, and those that come after. */
export interface BurstOutcome {
  readonly early: readonly Answer[];
  readonly late: Promise<readonly Answer[]>;
}

const PATIENCE_MS = 30_000;

/**
 * Sends a probe many times at once and waits for what is answered at first: for so many answers as are expected, and then
 * until no more have come for a while.
 * @param expected - Waited for at most 30 s, so that too few are told apart from a busy machine.
 * @param settleMs - How long no answer may have come, so that the first ones count as complete.
 */
export const burst = async (
  urls: Parameters<typeof send>[0],
  probe: Probe,
  {
    count,
    expected,
    settleMs,
  }: { readonly count: number; readonly expected: number; readonly settleMs: number },
): Promise<BurstOutcome> => {
  const early: Answer[] = [];
  const startedAt = performance.now();
  let lastAt = startedAt;
  let isLate = false;
  const all = Array.from({ length: count }, async () => {
    const answer = await send(urls, probe);
    lastAt = performance.now();
    if (!isLate) early.push(answer);
    return answer;
  });
  while (early.length < expected && performance.now() - startedAt < PATIENCE_MS) await sleep(20);
  lastAt = performance.now();
  while (performance.now() - lastAt < settleMs) await sleep(20);
  isLate = true;
  return { early: [...early], late: Promise.all(all) };
};
