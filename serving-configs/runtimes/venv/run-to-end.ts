import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UsageError } from '../../options/usage-error.ts';

const LAST_LINES = 12;

/**
 * Runs a program to its end and returns what it printed.
 * @throws UsageError with the last of its lines where it fails.
 */
export const runToEnd = async (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> => {
  const child = spawn(program, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  const lines: string[] = [];
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return stdout;
  throw new UsageError(
    `${[program, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}:\n${lines.join('\n')}`,
    'see what it says; the same command goes on from the start',
  );
};
