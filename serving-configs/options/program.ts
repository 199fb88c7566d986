import { type CommandLine, type Options, readCommandLine, type ValuesOf } from './command.ts';
import { helpOf } from './help.ts';
import { UsageError } from './usage-error.ts';

/** Turns ENOSPC into a usage error: the user can free space. */
export const withFullDiskExplained = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') return error;
  return new UsageError(
    `the disk is full: ${error.message}`,
    'make room, then run the same command again',
  );
};

/** A usage error as a program reports it to the process of ours that started it. */
export interface ReportedFailure extends Pick<UsageError, 'message' | 'hint' | 'refusal'> {
  readonly event: 'failed';
}

/** Prints a usage error, and sends it over the IPC channel if there is one. */
export const reportFailure = ({ lines, message, hint, refusal }: UsageError): void => {
  process.stderr.write(lines);
  const failure: ReportedFailure = { event: 'failed', message, hint, refusal };
  if (process.connected) process.send?.(failure);
};

/**
 * Ends the process. A usage error is reported, any other error prints its stack.
 * @param code - The exit code of a usage error; other errors exit with 1.
 */
export const fail = (thrown: unknown, code = 2): never => {
  const error = withFullDiskExplained(thrown);
  if (error instanceof UsageError) {
    reportFailure(error);
    process.exit(code);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
};

/**
 * Reads the command line of a program. If it asks for help, prints the help and ends the process.
 *
 * @throws UsageError for invalid arguments
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
