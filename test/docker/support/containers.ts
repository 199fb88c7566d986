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

/** Volumes, and networks beside those of every daemon. */
export const leftBehind = async (env: Environment = process.env) => ({
  containers: await containersOfRuns(env),
  volumes: await docker(env, 'volume', 'ls', '--quiet'),
  networks: await docker(env, 'network', 'ls', '--quiet', '--filter', 'type=custom'),
});

/** A daemon on which no run has left anything. */
export const NOTHING_LEFT = { containers: [], volumes: '', networks: '' } as const;
