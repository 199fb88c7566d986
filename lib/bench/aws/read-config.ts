import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/config.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { BenchError, messageOf, systemCodeOf } from '../errors.ts';

/** What `cdk` and `bench` read where no other file is named. */
export const DEFAULT_CONFIG_FILE = 'serving-compare.json';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What the configuration file says, unchecked; an empty object where none was named and there is none.
 *
 * @throws BenchError where the file cannot be read or is no JSON object.
 */
export const readConfigFile = async (
  file: string | undefined,
): Promise<Readonly<Record<string, unknown>>> => {
  const path = resolve(file ?? DEFAULT_CONFIG_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (file === undefined && systemCodeOf(error) === 'ENOENT') return {};
    throw new BenchError('BENCH_CONFIG', `${path} cannot be read: ${messageOf(error)}`, {
      hint: 'give the file that the deployment was made with: --config FILE',
      cause: error,
    });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
    throw new Error('it is no object');
  } catch (error) {
    throw new BenchError('BENCH_CONFIG', `${path} is not a JSON object: ${messageOf(error)}`, {
      hint: 'the README describes the options',
      cause: error,
    });
  }
};

/**
 * The configuration of the deployment.
 *
 * @throws BenchError with every problem of it.
 */
export const readConfig = async (file: string | undefined): Promise<Config> => {
  const said = await readConfigFile(file);
  try {
    const config = parseConfig(said);
    const { models } = config;
    return models === undefined
      ? config
      : { ...config, models: resolve(dirname(file ?? DEFAULT_CONFIG_FILE), models) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new BenchError('BENCH_CONFIG', error.message, {
      hint: `mend ${file ?? DEFAULT_CONFIG_FILE}; "npx cdk synth" checks it too`,
      cause: error,
    });
  }
};
