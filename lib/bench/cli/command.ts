import { existsSync, realpathSync } from 'node:fs';
import { relative } from 'node:path';
import type { CommandLine, Options, ValuesOf } from '../../../serving-configs/options/command.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { BenchError } from '../model/errors.ts';
import { projectRoot } from '../run/project-files.ts';

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

/** Some terminals say that they have no columns. */
const widthOf = ({ columns = 0 }: { readonly columns?: number }): number =>
  columns > 0 ? columns : DEFAULT_WIDTH;

/** Commands are printed as this one was called: npx says where the project lies if it was told. */
const asCalled = (text: string): string => {
  const { npm_config_prefix: clone = '' } = process.env;
  if (!existsSync(clone) || realpathSync(clone) !== projectRoot) return text;
  const prefix = shellWord(relative(process.cwd(), clone));
  return text.replaceAll('npx serving-compare', () => `npx --prefix ${prefix} serving-compare`);
};

/** The console of this process. A reader that closes early, such as `head`, is not an error. */
export const createConsole = (): Console => {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (text) => void stdout.write(asCalled(text)),
    err: (text) => void stderr.write(asCalled(text)),
    // A terminal has no colours where NO_COLOR or TERM say so.
    outStyle: { color: stdout.isTTY && stdout.hasColors(), width: widthOf(stdout) },
    errTerminal: stderr.isTTY
      ? { color: stderr.hasColors(), width: () => widthOf(stderr) }
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

/** A command of `serving-compare` and its line in the list of commands. */
export interface CommandEntry<Of extends Options> extends Omit<CommandLine<Of>, 'name' | 'typed'> {
  readonly summary: string;
  /** Where the list of commands names it; absent: for programs only. */
  readonly list?: 'here' | 'on AWS';
  /** Arguments that hold unless the command line gives the same option. */
  readonly fromEnvironment?: (env: NodeJS.ProcessEnv) => readonly string[];
  /** Loaded when it is called, so that `--help` need not wait for the AWS clients. */
  readonly load: () => Promise<Command<Of>>;
}

/** An entry with the types of its options. */
export const command = <const Of extends Options>(entry: CommandEntry<Of>): CommandEntry<Of> =>
  entry;

/** An error in what was typed. */
export const usageError = (message: string, hint: string): BenchError =>
  new BenchError('BENCH_USAGE', message, { hint });

/** JSON for programs. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
