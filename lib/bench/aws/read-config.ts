import { resolve } from 'node:path';
import {
  CONFIG_FILE,
  ConfigError,
  readConfig,
  type DeploymentConfig,
} from '../../aws/config/index.ts';
import { BenchError } from '../model/errors.ts';

/** The path of the configuration file; by default `serving-compare.json` in the working directory. */
export const configFileOf = (file: string | undefined): string => resolve(file ?? CONFIG_FILE);

/** Turns an error about the configuration into a BenchError; returns any other error unchanged. */
export const configProblem = (error: unknown, file: string | undefined): unknown =>
  error instanceof ConfigError
    ? new BenchError('BENCH_CONFIG', error.message, {
        hint: `fix ${configFileOf(file)}, or name another with --config FILE`,
        cause: error,
      })
    : error;

/**
 * Reads the configuration of the deployment exactly as `cdk` does.
 *
 * @param file undefined: `serving-compare.json` in the working directory, if it exists
 * @throws BenchError that lists every problem in it.
 */
export const readBenchConfig = (file: string | undefined): DeploymentConfig => {
  try {
    return readConfig({ file });
  } catch (error) {
    throw configProblem(error, file);
  }
};
