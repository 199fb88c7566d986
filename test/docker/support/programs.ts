import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Folders with programs for administrators, which may not be in the PATH of a user. */
const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'] as const;

/** The Debian package of each program. */
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
  ...ADMIN_FOLDERS,
];

/**
 * Finds the path of a program.
 * @throws Error with the name of its package if it is missing, because tests must fail then instead of being skipped.
 */
export const findProgram = (program: Program): string => {
  const file = foldersToSearch()
    .map((folder) => join(folder, program))
    .find(isExecutable);
  if (file !== undefined) return file;
  throw new Error(
    `the tests with real containers need ${program}, which is not installed: ` +
      `apt-get install --no-install-recommends ${PACKAGES[program]}`,
  );
};

/** Runs a program to its end and returns its standard output; throws if it fails. */
export const runProgram = async (program: Program, ...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(findProgram(program), [...args], { maxBuffer: 1 << 26 })).stdout;
