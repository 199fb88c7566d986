import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from './programs.ts';

const run = promisify(execFile);

/** The daemon of the run, where no other is named. */
type Environment = Readonly<NodeJS.ProcessEnv>;

const docker = async (env: Environment, ...args: readonly string[]): Promise<string> =>
  (await run(findProgram('docker'), [...args], { env, maxBuffer: 1 << 26 })).stdout.trim();

/** Names of all containers of runs, those that have ended too. */
export const containersOfRuns = async (
  env: Environment = process.env,
): Promise<readonly string[]> => {
  const format = '{{.Names}}';
  const label = 'label=serving-compare.launcher';
  const listed = await docker(env, 'ps', '--all', '--filter', label, '--format', format);
  return listed === '' ? [] : listed.split('\n');
};

/** All containers, also those of builds and such without a label; volumes, and networks beside those of every daemon. */
export const leftBehind = async (env: Environment = process.env) => ({
  containers: await docker(env, 'ps', '--all', '--format', '{{.Names}} of {{.Image}}'),
  volumes: await docker(env, 'volume', 'ls', '--quiet'),
  networks: await docker(env, 'network', 'ls', '--quiet', '--filter', 'type=custom'),
});

/** A daemon of the tests on which nothing was left; none of them has anything of its own before. */
export const NOTHING_LEFT = { containers: '', volumes: '', networks: '' } as const;
