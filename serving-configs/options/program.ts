import { readCommandLine, type CommandLine, type Options, type ValuesOf } from './command.ts';
import { helpOf } from './help.ts';

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
  if (values !== 'help') return values;
  process.stdout.write(helpOf(command));
  return process.exit(0);
};
