import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { findProgram } from './programs.ts';

const run = promisify(execFile);

/** The environment variables that select a daemon. */
type Environment = Readonly<NodeJS.ProcessEnv>;

const docker = async (env: Environment, ...args: readonly string[]): Promise<string> =>
  (await run(findProgram('docker'), [...args], { env, maxBuffer: 1 << 26 })).stdout.trim();

/** The names of all containers of runs, including those that have ended. */
export const containersOfRuns = async (
  env: Environment = process.env,
): Promise<readonly string[]> => {
  const format = '{{.Names}}';
  const label = 'label=serving-compare.launcher';
  const listed = await docker(env, 'ps', '--all', '--filter', label, '--format', format);
  return listed === '' ? [] : listed.split('\n');
};

/** The containers of runs whose launcher has ended. Its process id is at the end of their names. */
export const outlivingContainers = async (): Promise<readonly string[]> =>
  (await containersOfRuns()).filter((name) => !existsSync(`/proc/${name.split('-').at(-1)}`));

/** All containers, including those of builds, all volumes, and all networks except the default ones. */
export const leftBehind = async (env: Environment = process.env) => ({
  containers: await docker(env, 'ps', '--all', '--format', '{{.Names}} of {{.Image}}'),
  volumes: await docker(env, 'volume', 'ls', '--quiet'),
  networks: await docker(env, 'network', 'ls', '--quiet', '--filter', 'type=custom'),
});

/** The result of {@link leftBehind} for a daemon without leftovers. */
export const NOTHING_LEFT = { containers: '', volumes: '', networks: '' } as const;
