import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from '../../run/project-files.ts';

/**
 * Calls this project's `cdk` and lets it talk to the terminal.
 *
 * @param outTo where its stdout goes: a file descriptor of this process
 * @returns its exit code; 1 where a signal ended it
 */
export const callCdk = async (words: readonly string[], outTo: 1 | 2): Promise<number> => {
  const child = spawn('npx', ['--no-install', 'cdk', ...words], {
    cwd: projectRoot,
    stdio: ['inherit', outTo, 2],
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode ?? 1;
};
