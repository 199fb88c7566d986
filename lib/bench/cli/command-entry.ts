import type { CommandLine, Options } from '../../../serving-configs/options/command.ts';
import type { Command } from './command.ts';

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
