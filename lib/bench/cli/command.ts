import type { Options, ValuesOf } from '../../../serving-configs/options/command.ts';
import { BenchError } from '../model/errors.ts';

/** Where a command writes to. */
export interface Console {
  /** Data; nothing else goes to stdout. */
  readonly out: (text: string) => void;
  /** For people: progress, warnings, errors. */
  readonly err: (text: string) => void;
  readonly outStyle: { readonly color: boolean; readonly width: number };
  /** Undefined if stderr is not a terminal. */
  readonly errTerminal: { readonly color: boolean; readonly width: () => number } | undefined;
}

const DEFAULT_WIDTH = 100;

/** See https://no-color.org: set and not empty means no colours. */
const colorsAllowed = (): boolean =>
  (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';

/** Some terminals say that they have no columns. */
const widthOf = ({ columns = 0 }: { readonly columns?: number }): number =>
  columns > 0 ? columns : DEFAULT_WIDTH;

/** The console of this process. A reader that closes early, such as `head`, is not an error. */
export const createConsole = (): Console => {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outStyle: {
      color: stdout.isTTY && colorsAllowed(),
      width: widthOf(stdout),
    },
    errTerminal: stderr.isTTY
      ? { color: colorsAllowed(), width: () => widthOf(stderr) }
      : undefined,
  };
};

/** What a command gets besides its options. */
export interface CommandContext {
  readonly console: Console;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A command returns its exit code, or throws. */
export type Command<Of extends Options> = (
  values: ValuesOf<Of>,
  context: CommandContext,
) => Promise<number>;

/** An error in what was typed. */
export const usageError = (message: string, hint: string): BenchError =>
  new BenchError('BENCH_USAGE', message, { hint });

/** JSON for programs. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
