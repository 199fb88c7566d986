import { commandLineOf, type CommandName } from '../../lib/bench/cli/commands.ts';
import { readCommandLine, type Options } from '../../serving-configs/options/command.ts';

/**
 * Pastes each line of an output that contains one of our commands, as far as reading its options, and returns these lines.
 *
 * @throws if a line does not only consist of a command, or if its command line is refused.
 */
export const pastedCommands = (output: string): readonly string[] =>
  output
    .split('\n')
    .filter((line) => /npx|serving-compare [a-z]/.test(line))
    .map((line) => {
      const [npx, program, command = '', ...args] = line.trim().split(' ');
      if (`${npx} ${program}` !== 'npx serving-compare') throw new Error(`not a command: ${line}`);
      readCommandLine<Options>(commandLineOf(command as CommandName), args);
      return line.trim();
    });
