import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BenchError, messageOf, systemCodeOf } from '../../model/errors.ts';
import type { PlanOptions } from '../../model/plan-options.ts';

/** The k6 program of this machine. */
export interface K6Program {
  /** A path, or a name that is looked up on the PATH. */
  readonly command: string;
  /** E.g. `1.8.1`. */
  readonly version: string;
}

/** The first major version with an empty `--address`, TypeScript without a flag, and `k6/experimental/fs`. */
const OLDEST_MAJOR = 1;

/**
 * Finds k6: the program that `SERVING_COMPARE_K6` names, or `k6` on the PATH.
 *
 * @throws BenchError `BENCH_NO_K6` if there is none, or it is too old
 */
export const findK6 = async (
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<K6Program> => {
  const command = env.SERVING_COMPARE_K6 ?? 'k6';
  const text = await versionText(command);
  const version = /^k6(?:\.exe)? v(\d+\.\d+\.\d+\S*)/.exec(text)?.[1];
  if (version === undefined) {
    throw new BenchError('BENCH_NO_K6', `${command} prints "${text}" instead of its version`, {
      hint: 'set SERVING_COMPARE_K6 to the path of k6',
    });
  }
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new BenchError('BENCH_NO_K6', `${command} is k6 ${version}, which is too old`, {
      hint: 'install k6 1.8 or newer: https://grafana.com/docs/k6/latest/set-up/install-k6/',
    });
  }
  return { command, version };
};

const versionText = async (command: string): Promise<string> => {
  try {
    const { stdout } = await promisify(execFile)(command, ['version'], { timeout: 120_000 });
    return stdout.trim();
  } catch (error) {
    const missing = systemCodeOf(error) === 'ENOENT';
    throw new BenchError(
      'BENCH_NO_K6',
      missing
        ? `the load generator k6 is not on this machine: there is no ${command}`
        : `${command} cannot be run: ${messageOf(error)}`,
      {
        hint:
          'install it: https://grafana.com/docs/k6/latest/set-up/install-k6/, or with Go: bash .ci/install-k6; ' +
          'if it is not on the PATH, set SERVING_COMPARE_K6 to its path, or use --load-generator embedded',
        cause: error,
      },
    );
  }
};

/**
 * Checks early that the load generator of a plan is installed.
 *
 * @throws BenchError `BENCH_NO_K6` if it is not
 */
export const assertLoadGenerator = async (options: PlanOptions): Promise<void> => {
  if (options.loadGenerator === 'k6') await findK6();
};
