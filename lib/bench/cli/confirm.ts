import { createInterface } from 'node:readline/promises';
import { usageError, type CommandContext } from './command.ts';

/**
 * Asks on the terminal whether to go on. Only yes is yes.
 *
 * @throws BenchError without a terminal, where nobody can answer.
 */
export const confirm = async (
  question: string,
  { console, signal }: CommandContext,
): Promise<boolean> => {
  const { stdin: input } = process;
  if (!input.isTTY) {
    throw usageError('there is no terminal on which this command could ask first', 'add --yes');
  }
  console.err(`${question} [y/N] `);
  // Not as a terminal of its own, so that Ctrl-C reaches this process.
  const reader = createInterface({ input, terminal: false, signal });
  try {
    const { value = '' } = (await reader[Symbol.asyncIterator]().next()) as { value?: string };
    signal.throwIfAborted();
    return /^y(es)?$/i.test(value.trim());
  } finally {
    reader.close();
  }
};
