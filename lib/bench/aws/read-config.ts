import { resolve } from 'node:path';
import { CONFIG_FILE, ConfigError, readConfig, type Config } from '../../config.ts';
import { BenchError } from '../errors.ts';

/** Where the configuration of a deployment lies. */
export const configFileOf = (file: string | undefined): string => resolve(file ?? CONFIG_FILE);

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
    if (!(error instanceof ConfigError)) throw error;
    throw new BenchError('BENCH_CONFIG', error.message, {
      hint: `mend ${configFileOf(file)}, or name another with --config FILE`,
      cause: error,
    });
  }
};
