import type { CommandResult } from './emulator.ts';

/** Returns the result of a command; throws with its output if it failed. */
export const successOf = (result: CommandResult): CommandResult => {
  if (result.code === 0) return result;
  throw new Error(`exit code ${result.code}:\n${result.stdout}\n${result.stderr}`);
};
