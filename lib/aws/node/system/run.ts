import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { nodePaths } from '../../contract/node-paths.ts';

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs a program and returns its stdout.
 *
 * @throws Error with the program's stderr if it fails, is missing or takes longer than `timeoutMs`.
 */
export const run = async (
  program: string,
  args: readonly string[],
  timeoutMs = TIMEOUT_MS,
): Promise<string> => {
  const { stdout } = await promisify(execFile)(program, [...args], {
    timeout: timeoutMs,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return stdout;
};

/** Runs the script of a document on this node, as SSM would, and returns its stdout. */
export const runScript = (
  name: string,
  parameters: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<string> => {
  const variables = Object.entries(parameters).map(([key, value]) => `SSM_${key}=${value}`);
  return run('env', [...variables, 'bash', path.join(nodePaths.commands, name)], timeoutMs);
};

/** Like {@link run}, but returns undefined if the program is missing or fails. */
export const runOptional = async (
  program: string,
  args: readonly string[],
): Promise<string | undefined> => run(program, args, 10_000).catch(() => undefined);
