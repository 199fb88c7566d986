import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Where a user's PATH may not lead, although the programs of an administrator lie there. */
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'] as const;

/** Programs with the Debian package that brings them. */
const PACKAGES = {
  docker: 'docker.io',
  dockerd: 'docker.io',
  'docker-registry': 'docker-registry',
  debootstrap: 'debootstrap',
  iptables: 'iptables',
  ip: 'iproute2',
  tar: 'tar',
} as const;

export type Program = keyof typeof PACKAGES;

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const foldersToSearch = (): readonly string[] => [
  ...(process.env['PATH'] ?? '').split(delimiter),
  ...MORE_FOLDERS,
];

/**
 * Where a program lies.
 * @throws Error that names the package where it is missing: these tests fail without it, they are not skipped.
 */
export const findProgram = (program: Program): string => {
  const file = foldersToSearch()
    .map((folder) => join(folder, program))
    .find(isExecutable);
  if (file !== undefined) return file;
  throw new Error(
    `${program} is not installed, which the tests with real containers need: ` +
      `apt-get install --no-install-recommends ${PACKAGES[program]}`,
  );
};

/** Runs a program to its end. Gives its standard output; throws with its words where it fails. */
export const runProgram = async (program: Program, ...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(findProgram(program), [...args], { maxBuffer: 1 << 26 })).stdout;
