import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '../../options/usage-error.ts';

const run = promisify(execFile);

export interface BasePython {
  readonly program: string;
  /** Such as `3.11.7`. */
  readonly version: string;
}

/** All environments were tested with the first. One of the pinned packages has no build for 3.13. */
const CANDIDATES = ['python3.11', 'python3.12', 'python3'] as const;
const SUPPORTED = /^3\.1[12]\./;

/** Takes a tenth of a second; on a very busy machine, 20 s were too short. */
const PROBE_LIMIT_MS = 120_000;

/** Fails if a Python cannot create an environment with pip. */
const PROBE = 'import ensurepip, platform, venv; print(platform.python_version())';

const versionOf = async (program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  try {
    return (await run(program, ['-c', PROBE], { env, timeout: PROBE_LIMIT_MS })).stdout.trim();
  } catch {
    return undefined;
  }
};

/**
 * Finds a Python to create environments with.
 * @throws UsageError if the machine has no supported one.
 */
export const findPython = async (env: NodeJS.ProcessEnv = process.env): Promise<BasePython> => {
  const seen: string[] = [];
  for (const program of CANDIDATES) {
    const version = await versionOf(program, env);
    if (version !== undefined && SUPPORTED.test(version)) return { program, version };
    if (version !== undefined) seen.push(`${program} is ${version}`);
  }
  throw new UsageError(
    `no Python 3.11 or 3.12 with venv and pip${seen.length === 0 ? '' : ` (${seen.join(', ')})`}`,
    'apt-get install -y python3.11 python3.11-venv libpython3.11',
  );
};
