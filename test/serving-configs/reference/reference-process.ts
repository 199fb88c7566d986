import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child.ts';

const folder = path.resolve(import.meta.dirname, '..', '..', '..', 'serving-configs', 'reference');
export const imagesFolder = path.resolve(folder, '..', '..', 'k6', 'images');

/** Runs a script of the simulated server to its end. */
export const runScript = async (script: string, args: readonly string[]) => {
  const child = spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, path.join(folder, script), ...args],
    { cwd: path.resolve(folder, '..', '..'), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
};
