import { existsSync, realpathSync } from 'node:fs';
import { relative } from 'node:path';
import type { CommandLine, Options, ValuesOf } from '../../../serving-configs/options/command.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { BenchError } from '../model/errors.ts';
import type { LiveTerminal } from '../progress/live-line.ts';
import { isPackage, projectRoot } from '../../../serving-configs/installation.ts';
import { printable } from '../wording/text-layout.ts';

/** The output of a command. Control characters are written as their codes, except where a function says otherwise. */
export interface Console {
  /** Writes data to stdout. Nothing else goes there. */
  readonly out: (text: string) => void;
  /** Writes a text with colours to stdout, unchanged. */
  readonly outPainted: (text: string) => void;
  /** Writes progress, warnings and errors to stderr. */
  readonly err: (text: string) => void;
  readonly outStyle: { readonly color: boolean; readonly width: number };
  /** Undefined if stderr is not a terminal. */
  readonly errTerminal: LiveTerminal | undefined;
}

const DEFAULT_WIDTH = 100;

/** Some terminals report 0 columns. */
const widthOf = ({ columns = 0 }: { readonly columns?: number }): number =>
  columns > 0 ? columns : DEFAULT_WIDTH;

/** Makes printed commands start like this call: with the `--prefix` that npx passes in the environment, or without npx. */
const asCalled = (text: string): string => {
  const { npm_config_prefix: folder = '', npm_command: npm } = process.env;
  if (isPackage && npm === undefined) {
    return text.replaceAll('npx serving-compare', 'serving-compare');
  }
  if (!existsSync(folder) || realpathSync(folder) !== projectRoot) return text;
  const prefix = shellWord(relative(process.cwd(), folder));
  return text.replaceAll('npx serving-compare', () => `npx --prefix ${prefix} serving-compare`);
};

/** Creates the console of this process. A reader that closes early, such as `head`, is not an error. */
export const createConsole = (): Console => {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (text) => void stdout.write(asCalled(printable(text))),
    outPainted: (text) => void stdout.write(asCalled(text)),
    err: (text) => void stderr.write(asCalled(printable(text))),
    // hasColors() respects NO_COLOR and TERM.
    outStyle: { color: stdout.isTTY && stdout.hasColors(), width: widthOf(stdout) },
    errTerminal: stderr.isTTY
      ? { write: (text) => void stderr.write(asCalled(text)), width: () => widthOf(stderr) }
      : undefined,
  };
};

/** Everything that a command gets besides its options. */
export interface CommandContext {
  readonly console: Console;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A command: its options, the texts of its help, and what it does. */
export interface Command<Of extends Options = Options> extends Omit<
  CommandLine<Of>,
  'name' | 'typed'
> {
  /** Arguments from the environment. Options of the command line win. */
  readonly fromEnvironment?: (env: NodeJS.ProcessEnv) => readonly string[];
  /**
   * Runs the command and returns its exit code. What is slow to load, such as the AWS clients, it imports itself, so that
   * `--help` does not wait for it.
   */
  readonly run: (values: ValuesOf<Of>, context: CommandContext) => Promise<number>;
}

/** Infers the types of a command's options. */
export const command = <const Of extends Options>(entry: Command<Of>): Command<Of> => entry;

/** Exit codes of the commands that end with a report. */
export const RUN_EXIT_CODES =
  '0 the run is VALID, and no --fail-if is true; 1 it is INVALID, for the reasons at the top of its report, or a --fail-if is true; 2 could not run; 130 interrupted';

/** An error in the command line. */
export const usageError = (message: string, hint: string): BenchError =>
  new BenchError('BENCH_USAGE', message, { hint });

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
