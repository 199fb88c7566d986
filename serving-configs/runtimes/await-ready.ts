import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadyProbe } from '../manifest.ts';
import { askReady, type ReadyAnswer } from './ready.ts';

const POLL_MS = 50;
/** A health that does not answer in this time is asked again; a first prediction may take long. */
const ASK_MS = 10_000;

/** Tries until something is so, or until the signal ends that. */
export const poll = async (isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted && !(await isSo())) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
};

/**
 * Asks until a model answers, or until the signal ends that; gives what it said last.
 * @param base - URL of the probe's port, without a path.
 */
export const awaitReady = async (
  base: string,
  probe: Omit<ReadyProbe, 'port'>,
  signal: AbortSignal,
): Promise<ReadyAnswer> => {
  let last: ReadyAnswer = { ready: false, says: 'nothing' };
  await poll(async () => {
    const ask = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]);
    const answer = await askReady(base, probe, ask);
    // What ended with the signal says nothing about the model.
    if (answer.ready || !signal.aborted) last = answer;
    return answer.ready;
  }, signal);
  return last;
};
