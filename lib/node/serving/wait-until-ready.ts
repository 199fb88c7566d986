import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadyProbe } from '../../../serving-configs/manifest.ts';
import { askReady } from '../../../serving-configs/runtimes/ready.ts';
import { readUnit, type Unit } from '../system/unit.ts';

/** As often as the runner asks a serving on its own machine: the resolution of the start-up time. */
const POLL_MS = 20;
/** An answer that takes longer is none. A first prediction takes longer than a health. */
const ANSWER_TIMEOUT_MS = 10_000;

export type Start =
  | { readonly kind: 'ready'; readonly timeToReadyMs: number }
  | { readonly kind: 'died'; readonly unit: Unit }
  | { readonly kind: 'not-ready'; readonly unit: Unit; readonly lastAnswer: string };

/** Signal 0 only asks. */
const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * Asks until the unit answers healthily, its process is gone, or `timeoutMs` have passed since its start.
 * The unit must have been started.
 */
export const waitUntilReady = async (
  unitName: string,
  address: string,
  probe: ReadyProbe,
  timeoutMs: number,
): Promise<Start> => {
  const unit = await readUnit(unitName);
  const sinceStartMs = (): number =>
    (Number(process.hrtime.bigint() / 1000n) - unit.startedAtUs) / 1000;
  for (;;) {
    const limit = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const { ready, says } = await askReady(`http://${address}:${probe.port}`, probe, limit);
    const passedMs = sinceStartMs();
    // Whoever answers, it must be this unit's process that lives.
    if (unit.mainPid === 0 || !lives(unit.mainPid)) {
      return { kind: 'died', unit: await readUnit(unitName) };
    }
    if (ready) return { kind: 'ready', timeToReadyMs: passedMs };
    if (passedMs > timeoutMs) {
      return { kind: 'not-ready', unit: await readUnit(unitName), lastAnswer: says };
    }
    await sleep(POLL_MS);
  }
};
