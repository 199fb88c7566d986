import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Option } from '../../../serving-configs/options/command.ts';
import { messageOf } from '../../../serving-configs/options/usage-error.ts';
import { ConfigError, type DeploymentConfig } from './config.ts';
import { isOptionName, options } from './options.ts';
import { parseConfig } from './parse-config.ts';

/** Read from the working directory unless another file is named. */
export const CONFIG_FILE = 'serving-compare.json';

type ConfigValues = Readonly<Record<string, unknown>>;

interface ConfigSources {
  /** A file that must exist. Undefined: {@link CONFIG_FILE} in `directory`, if it exists. */
  readonly file?: string | undefined;
  /**
   * Single options, which override the file. `-c pairs=3` gives text, `cdk.json` may hold other types. Keys of CDK itself are
   * ignored.
   */
  readonly values?: ConfigValues;
  /** The base of relative paths. Default: the working directory. */
  readonly directory?: string;
}

const readInput = (file: string, isOptional: boolean): ConfigValues => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = (error as { code?: unknown }).code === 'ENOENT';
    if (isMissing && isOptional) return {};
    throw new ConfigError([
      isMissing ? `there is no ${file}` : `the file ${file} cannot be read: ${messageOf(error)}`,
    ]);
  }
  try {
    const input: unknown = JSON.parse(text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch (error) {
    throw new ConfigError([`the file ${file} is not JSON: ${messageOf(error)}`]);
  }
  throw new ConfigError([
    `the file ${file} does not hold an object: give {"pairs": 1}, for example`,
  ]);
};

/** Options of this project have only letters and digits in their names; keys of CDK have colons, hyphens or slashes. */
const looksLikeOption = (key: string): boolean => /^[A-Za-z0-9.]+$/.test(key) && key !== 'config';

/** Converts text to the type of the option. Text that cannot be converted stays text, which the check then refuses. */
const fromText = (name: string, value: unknown): unknown => {
  if (typeof value !== 'string' || !isOptionName(name)) return value;
  const { kind }: Option = options[name];
  if (kind.joinedBy !== undefined && value === '') return [];
  try {
    return /^[[{]/.test(value) ? JSON.parse(value) : kind.read(value);
  } catch {
    return value;
  }
};

const isFolder = (candidate: string): boolean =>
  statSync(candidate, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Reads the configuration of a deployment from a file and overrides it with single values.
 *
 * @throws ConfigError with all problems.
 */
export const readConfig = ({
  file,
  values = {},
  directory = process.cwd(),
}: ConfigSources = {}): DeploymentConfig => {
  const configFile = path.resolve(directory, file ?? CONFIG_FILE);
  const overrides = Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => looksLikeOption(key))
      .map(([key, value]) => [key, fromText(key, value)]),
  );
  const config = parseConfig({ ...readInput(configFile, file === undefined), ...overrides });
  if (config.models === undefined) return config;
  const base = overrides.models === undefined ? path.dirname(configFile) : directory;
  const models = path.resolve(base, config.models);
  if (!isFolder(models)) {
    throw new ConfigError([
      `models is "${config.models}", but ${models} is not a folder: give the folder of the built models`,
    ]);
  }
  return { ...config, models };
};
