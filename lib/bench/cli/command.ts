import type { Options, ValuesOf } from '../../../serving-configs/options/command.ts';
import { BenchError } from '../model/errors.ts';
import type { Console } from './console.ts';

/** What a command gets beside its options. */
export interface CommandContext {
  readonly console: Console;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A command returns the exit code; what ends it otherwise, it throws. */
export type Command<Of extends Options> = (
  values: ValuesOf<Of>,
  context: CommandContext,
) => Promise<number>;

/** An error in what was typed. */
export const usageError = (message: string, hint: string): BenchError =>
  new BenchError('BENCH_USAGE', message, { hint });

/** JSON for programs. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
