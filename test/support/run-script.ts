import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { TYPESCRIPT_LOADER } from '../../lib/bench/run/child-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Runs a script of the project and waits for its end. */
export const runScript = async (
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
) => {
  const child = spawn(process.execPath, [...TYPESCRIPT_LOADER, path.join(ROOT, script), ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
};
