import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Option } from '../../serving-configs/options/command.ts';
import { messageOf } from '../../serving-configs/options/usage-error.ts';
import { ConfigError, type Config } from './config.ts';
import { isOptionName, options } from './options.ts';
import { parseConfig } from './parse-config.ts';

/** Read from the working directory where no other file is named. */
export const CONFIG_FILE = 'serving-compare.json';

type Values = Readonly<Record<string, unknown>>;

interface ConfigSources {
  /** A file that must be there. Undefined: {@link CONFIG_FILE} of `directory`, if it is there. */
  readonly file?: string | undefined;
  /**
   * Single options, which go before those of the file, as `-c pairs=3` gives them: text, or already a value where a file of CDK
   * held them. Keys that are no options, such as CDK's own, may be among them.
   */
  readonly values?: Values;
  /** What relative paths start from. Default: the working directory. */
  readonly directory?: string;
}

const readInput = (file: string, isOptional: boolean): Values => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isOptional && (error as { code?: unknown }).code === 'ENOENT') return {};
    throw new ConfigError([`the file ${file} cannot be read: ${messageOf(error)}`]);
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

/** Names of our options are letters and digits; keys of CDK itself have colons, hyphens or slashes. */
const looksLikeOption = (key: string): boolean => /^[A-Za-z0-9.]+$/.test(key) && key !== 'config';

/** A value of the kind that the option takes. What is none stays text, of which the check says what would do. */
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

const isFolder = (place: string): boolean =>
  statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * The configuration of a deployment: a file, then single values over it.
 *
 * @throws ConfigError with every problem at once
 */
export const readConfig = ({
  file,
  values = {},
  directory = process.cwd(),
}: ConfigSources = {}): Config => {
  const place = path.resolve(directory, file ?? CONFIG_FILE);
  const single = Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => looksLikeOption(key))
      .map(([key, value]) => [key, fromText(key, value)]),
  );
  const config = parseConfig({ ...readInput(place, file === undefined), ...single });
  if (config.models === undefined) return config;
  const base = single.models === undefined ? path.dirname(place) : directory;
  const models = path.resolve(base, config.models);
  if (!isFolder(models)) {
    throw new ConfigError([
      `models is "${config.models}", but ${models} is not a folder: give the folder of the built models`,
    ]);
  }
  return { ...config, models };
};
