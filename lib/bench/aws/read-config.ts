import { resolve } from 'node:path';
import { CONFIG_FILE, ConfigError, readConfig, type Config } from '../../config/index.ts';
import { BenchError } from '../model/errors.ts';

/** Where the configuration of a deployment lies. */
export const configFileOf = (file: string | undefined): string => resolve(file ?? CONFIG_FILE);

/** A problem of the configuration as the command line tells it; any other error as it is. */
export const configProblem = (error: unknown, file: string | undefined): unknown =>
  error instanceof ConfigError
    ? new BenchError('BENCH_CONFIG', error.message, {
        hint: `fix ${configFileOf(file)}, or name another with --config FILE`,
        cause: error,
      })
    : error;

/**
 * The configuration of the deployment, as `cdk` reads it.
 *
 * @param file undefined for the one of the working directory, if it is there
 * @throws BenchError with every problem of it.
 */
export const readBenchConfig = (file: string | undefined): Config => {
  try {
    return readConfig({ file });
  } catch (error) {
    throw configProblem(error, file);
  }
};
