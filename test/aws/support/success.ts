import type { CommandResult } from './emulator.ts';

/** The result of a command that must succeed; throws with all that it printed where it did not. */
export const successOf = (result: CommandResult): CommandResult => {
  if (result.code === 0) return result;
  throw new Error(`exit code ${result.code}:\n${result.stdout}\n${result.stderr}`);
};
