import { type CommandLine, type Options, readCommandLine, type ValuesOf } from './command.ts';
import { helpOf } from './help.ts';
import { UsageError } from './usage-error.ts';

/** A full disk as its user sees it; any other error as it is. */
const asSeen = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') return error;
  return new UsageError(
    `the disk is full: ${error.message}`,
    'make room, then run the same command again',
  );
};

/**
 * Ends the process: with a remedy where its user can fix what is wrong, else with 1 and the stack.
 * @param code - With which the former ends.
 */
export const fail = (thrown: unknown, code = 2): never => {
  const error = asSeen(thrown);
  if (error instanceof UsageError) {
    process.stderr.write(error.lines);
    process.exit(code);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
};

/**
 * Reads the command line of a program; prints its help and ends it where that was asked for.
 *
 * @throws UsageError where it cannot run like that
 */
export const readProgram = <Of extends Options>(
  command: CommandLine<Of>,
  args: readonly string[],
): ValuesOf<Of> => {
  const values = readCommandLine(command, args);
  if (typeof values !== 'string') return values;
  process.stdout.write(helpOf(command, values));
  return process.exit(0);
};
