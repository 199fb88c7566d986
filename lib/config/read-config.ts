import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { types } from 'node:util';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { fromContextValues, type ContextValues } from './context-values.ts';
import { optionGroups } from './options.ts';
import { parseConfig } from './parse-config.ts';

/** Read from the working directory where no other file is named. */
export const CONFIG_FILE = 'serving-compare.json';

export interface ConfigSources {
  /** A file that must be there. Undefined: {@link CONFIG_FILE} of `directory`, if it is there. */
  readonly file?: string | undefined;
  /** Single options, which go before those of the file. Keys that are no options, such as CDK's own, may be among them. */
  readonly values?: ContextValues;
  /** What relative paths start from. Default: the working directory. */
  readonly directory?: string;
}

const messageOf = (error: unknown): string =>
  types.isNativeError(error) ? error.message : String(error);

type Input = Readonly<Record<string, unknown>>;

const readInput = (file: string, isOptional: boolean): Input => {
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
    throw new ConfigError([`the file ${file} is no JSON: ${messageOf(error)}`]);
  }
  throw new ConfigError([`the file ${file} holds no object: give {"pairs": 1}, for example`]);
};

/** Groups in the form with dots, so that one source can override a part of what another says. */
const dotted = (input: Input): Input =>
  Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) =>
      optionGroups.includes(name) &&
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value)
        ? Object.entries(value).map(([part, inner]) => [`${name}.${part}`, inner])
        : [[name, value]],
    ),
  );

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
  const fromFile = dotted(readInput(place, file === undefined));
  const fromValues = dotted(fromContextValues(values));
  const config = parseConfig({ ...fromFile, ...fromValues });
  if (config.models === undefined) return config;
  const base = fromValues.models === undefined ? path.dirname(place) : directory;
  const models = path.resolve(base, config.models);
  if (!isFolder(models)) {
    throw new ConfigError([
      `models is "${config.models}", but ${models} is no folder: give the folder of the built models`,
    ]);
  }
  return { ...config, models };
};
