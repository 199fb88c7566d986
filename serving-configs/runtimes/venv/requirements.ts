import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The packages of an environment, each with its version and the hashes of its files. */
export interface Requirements {
  /** Installed as they are built. */
  readonly file: string;
  /** Of packages that come as source only, which need some of the others to be built; undefined where there are none. */
  readonly sourceFile: string | undefined;
  /** Both files, one behind the other. */
  readonly text: string;
  /** By name, in lower case. */
  readonly versions: ReadonlyMap<string, string>;
}

const PINNED = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)/gm;

/** Package names are one however they are written: https://peps.python.org/pep-0503/#normalized-names. */
const normalised = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/** The versions that a file of requirements pins, by normalised name. */
export const pinnedVersions = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(PINNED)].map((match) => [normalised(match[1] ?? ''), match[2] ?? '']));

/** Where the lists of an environment lie, without their ending: beside this file, or with the platform that has it for itself. */
export const listsOf = (environment: string): string => {
  const shared = path.join(import.meta.dirname, environment);
  return existsSync(`${shared}.txt`)
    ? shared
    : path.join(import.meta.dirname, '..', '..', 'platforms', environment, 'venv', 'requirements');
};

/**
 * Reads the list `.txt` of an environment and, where it is there, `.source.txt`; README.md tells how they are made.
 * @throws Error of the file system where there is no such environment.
 */
export const readRequirements = async (environment: string): Promise<Requirements> => {
  const lists = listsOf(environment);
  const file = `${lists}.txt`;
  const sourceFile = `${lists}.source.txt`;
  const built = await readFile(file, 'utf8');
  const source = await readFile(sourceFile, 'utf8').catch(() => undefined);
  const text = built + (source ?? '');
  return {
    file,
    sourceFile: source === undefined ? undefined : sourceFile,
    text,
    versions: pinnedVersions(text),
  };
};

/**
 * The pinned version of a package.
 * @throws Error where the environment does not have it.
 */
export const versionOf = ({ file, versions }: Requirements, name: string): string => {
  const version = versions.get(normalised(name));
  if (version === undefined) throw new Error(`${file} has no package ${name}`);
  return version;
};
