import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { platformOf, servingNames } from '../../index.ts';
import { UsageError } from '../../options/usage-error.ts';
import { factsOf, filesFolder, isPossible } from './venv-facts.ts';

/** The pinned packages of an environment, with the hashes of their files. */
export interface Requirements {
  readonly environment: string;
  /** List of packages that are installed as binaries. */
  readonly file: string;
  /** List of packages that exist only as source, and are built with packages of `file`; undefined if there are none. */
  readonly sourceFile: string | undefined;
  /** The text of both lists. */
  readonly text: string;
  /** Versions by normalised name. */
  readonly versions: ReadonlyMap<string, string>;
}

const PINNED = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)/gm;

/** Package names in different spellings are equal: https://peps.python.org/pep-0503/#normalized-names. */
const normalised = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/** The versions that a list pins, by normalised name. */
export const pinnedVersions = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(PINNED)].map((match) => [normalised(match[1] ?? ''), match[2] ?? '']));

/** Path of the lists of an environment without extension: beside this file if it is shared, else in the folder of its platform. */
export const listsOf = (environment: string): string => {
  const shared = path.join(import.meta.dirname, environment);
  return existsSync(`${shared}.txt`)
    ? shared
    : path.join(import.meta.dirname, '..', '..', 'platforms', environment, 'venv', 'requirements');
};

/**
 * Reads the list `.txt` of an environment and `.source.txt` if it exists; README.md explains how they are made.
 * @throws a file system error if there is no such environment.
 */
export const readRequirements = async (environment: string): Promise<Requirements> => {
  const lists = listsOf(environment);
  const file = `${lists}.txt`;
  const sourceFile = `${lists}.source.txt`;
  const built = await readFile(file, 'utf8');
  const source = await readFile(sourceFile, 'utf8').catch(() => undefined);
  const text = built + (source ?? '');
  return {
    environment,
    file,
    sourceFile: source === undefined ? undefined : sourceFile,
    text,
    versions: pinnedVersions(text),
  };
};

/** Joins the `.in` list of an environment with the `requirements.in` of its platforms. */
export const wantedPackages = async (environment: string): Promise<string> => {
  const files = new Set([`${listsOf(environment)}.in`]);
  for (const serving of servingNames.toSorted((a, b) =>
    platformOf(a).localeCompare(platformOf(b)),
  )) {
    const facts = factsOf(serving);
    if (isPossible(facts) && facts.environment === environment) {
      files.add(path.join(filesFolder(serving), 'requirements.in'));
    }
  }
  const texts = await Promise.all([...files].map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.join('');
};

/** The command that writes the list of an environment. */
export const pinCommand = (environment: string, file: string): string =>
  `node serving-configs/runtimes/venv/print-wanted-packages.ts ${environment} | uv pip compile --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --python-platform x86_64-manylinux_2_36 --only-binary :all: - -o ${file}`;

/**
 * The pinned version of a package.
 * @throws UsageError if the environment does not have the package.
 */
export const versionOf = (
  { environment, file, versions }: Pick<Requirements, 'environment' | 'file' | 'versions'>,
  name: string,
): string => {
  const version = versions.get(normalised(name));
  if (version === undefined) {
    const list = path.relative(path.resolve(import.meta.dirname, '../../..'), file);
    throw new UsageError(
      `${list} does not pin ${name}`,
      `name it in a requirements.in and run: ${pinCommand(environment, list)}`,
    );
  }
  return version;
};
