import { setTimeout as sleep } from 'node:timers/promises';
import { leaveGuards } from '../../../serving-configs/runtimes/guards.ts';
import { BenchError } from '../model/errors.ts';
import { leaveChildren } from '../run/child-process.ts';

export const INTERRUPTED_EXIT_CODE = 130;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether an error comes from an interrupt. */
export const isInterrupt = (error: unknown): boolean =>
  error instanceof BenchError && error.code === 'BENCH_INTERRUPTED';

/** Time that guards get to remove their containers. */
const LEAVE_MS = 3000;

const leave = async (graceMs: number): Promise<void> => {
  await Promise.all([leaveChildren(graceMs), Promise.race([leaveGuards(), sleep(graceMs)])]);
};

/**
 * Turns the first Ctrl-C into an abort, after which the command stops its processes in order. The second Ctrl-C ends the
 * processes and the program within seconds, the third at once.
 */
export const listenForInterrupts = (): {
  readonly signal: AbortSignal;
  readonly stop: () => void;
} => {
  const controller = new AbortController();
  let count = 0;
  const onSignal = (): void => {
    count += 1;
    if (count === 1) {
      controller.abort(new BenchError('BENCH_INTERRUPTED', 'interrupted'));
      return;
    }
    void leave(count === 2 ? LEAVE_MS : 0).then(() => process.exit(INTERRUPTED_EXIT_CODE));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
};
