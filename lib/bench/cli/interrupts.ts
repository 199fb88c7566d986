import { BenchError } from '../model/errors.ts';
import { killChildren } from '../run/child.ts';

export const INTERRUPTED_EXIT_CODE = 130;

/** The signals by which people and systems end a program. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether the error is what an interrupt ends a command with. */
export const isInterrupt = (error: unknown): boolean =>
  error instanceof BenchError && error.code === 'BENCH_INTERRUPTED';

/**
 * Turns the first Ctrl-C into an abort, after which a command stops its processes in order; the second kills them and
 * ends at once.
 */
export const listenForInterrupts = (): {
  readonly signal: AbortSignal;
  readonly stop: () => void;
} => {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      killChildren();
      process.exit(INTERRUPTED_EXIT_CODE);
    }
    controller.abort(new BenchError('BENCH_INTERRUPTED', 'interrupted'));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
};
