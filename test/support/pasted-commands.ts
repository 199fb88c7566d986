import { loadCommand, type CommandName } from '../../lib/bench/cli/commands.ts';
import { readCommandLine } from '../../serving-configs/options/command.ts';

/**
 * Pastes each line of an output that contains one of our commands, as far as reading its options, and returns these lines.
 *
 * @throws if a line does not only consist of a command, or if its command line is refused.
 */
export const pastedCommands = async (output: string): Promise<readonly string[]> => {
  const lines = output.split('\n').filter((line) => /npx|serving-compare [a-z]/.test(line));
  return Promise.all(
    lines.map(async (line) => {
      const [npx, program, command = '', ...args] = line.trim().split(' ');
      if (`${npx} ${program}` !== 'npx serving-compare') throw new Error(`not a command: ${line}`);
      readCommandLine(await loadCommand(command as CommandName), args);
      return line.trim();
    }),
  );
};
