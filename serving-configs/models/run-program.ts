import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UsageError } from '../options/usage-error.ts';

const LAST_CHARACTERS = 2000;

/**
 * Runs a program and returns its stdout.
 * @param hint - What users can do if the program cannot be started or fails.
 * @param onLine - Receives each line of stderr.
 * @throws UsageError with the end of its output.
 */
export const runProgram = async (
  program: string,
  args: readonly string[],
  hint: string,
  env: NodeJS.ProcessEnv = process.env,
  onLine: (line: string) => void = () => undefined,
): Promise<string> => {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let printed = '';
  const keep = (text: string): void => {
    printed = (printed + text).slice(-LAST_CHARACTERS);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    keep(text);
  });
  child.stderr.setEncoding('utf8').on('data', keep);
  createInterface({ input: child.stderr }).on('line', onLine);
  let code: number | null;
  let signal: NodeJS.Signals | null;
  try {
    [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  } catch (error) {
    throw new UsageError(`cannot start ${program}: ${String(error)}`, hint, { cause: error });
  }
  if (code === 0) return output;
  const end = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
  throw new UsageError(
    `${[program, ...args].join(' ')} ${end}${printed === '' ? '' : `:\n${printed.trim()}`}`,
    hint,
  );
};
