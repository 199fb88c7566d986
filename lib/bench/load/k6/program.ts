import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BenchError, messageOf, systemCodeOf } from '../../model/errors.ts';
import type { PlanOptions } from '../../model/plan-options.ts';

/** The k6 of this machine. */
export interface K6Program {
  /** A path, or a name on the PATH. */
  readonly command: string;
  /** E.g. `1.8.1`. */
  readonly version: string;
}

/** The first with `--address` that may be empty, TypeScript without a flag and `k6/experimental/fs`. */
const OLDEST_MAJOR = 1;

/**
 * Finds k6: the file that `SERVING_COMPARE_K6` names, otherwise `k6` on the PATH.
 *
 * @throws BenchError if there is none, or one that is too old, with what to do.
 */
export const findK6 = async (
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<K6Program> => {
  const command = env.SERVING_COMPARE_K6 ?? 'k6';
  const text = await versionText(command);
  const version = /^k6(?:\.exe)? v(\d+\.\d+\.\d+\S*)/.exec(text)?.[1];
  if (version === undefined) {
    throw new BenchError('BENCH_NO_K6', `${command} answers "${text}" instead of its version`, {
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
    const { stdout } = await promisify(execFile)(command, ['version'], { timeout: 20_000 });
    return stdout.trim();
  } catch (error) {
    const missing = systemCodeOf(error) === 'ENOENT';
    throw new BenchError(
      'BENCH_NO_K6',
      missing
        ? `the load generator k6 is not on this machine: there is no ${command}`
        : `${command} does not run: ${messageOf(error)}`,
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
 * Makes sure that what is to send the requests is there, before anything takes time.
 *
 * @throws BenchError if it is not.
 */
export const assertLoadGenerator = async (options: PlanOptions): Promise<void> => {
  if (options.loadGenerator === 'k6') await findK6();
};
