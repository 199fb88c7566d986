import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');
const REQUIREMENTS = join(ROOT, 'test/aws/emulator/requirements.txt');
const CACHE = join(ROOT, '.cache/aws-emulator');
const INSTALL_LIMIT_MS = 600_000;

/** The Python environment of the emulator and the AWS CLI. */
export interface EmulatorPython {
  readonly python: string;
  /** A folder for PATH with only `aws` in it. */
  readonly cliFolder: string;
  /** Folder for compiled modules, so that none are written beside the sources. */
  readonly bytecodeFolder: string;
}

/**
 * Installs the requirements into a folder, unless another test file did so while this one waited for the lock. Prefers the
 * system's Python: units of the nodes cannot see home folders, where another Python may be installed.
 */
const INSTALL = `set -e
if [ -e "$1/complete" ]; then exit; fi
rm -rf "$1"
mkdir -p "$1/cli"
base=/usr/bin/python3
"$base" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || base=python3
"$base" -m venv "$1/venv"
"$1/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$2"
ln -s "$1/venv/bin/aws" "$1/cli/aws"
touch "$1/complete"`;

const install = async (folder: string): Promise<void> => {
  mkdirSync(CACHE, { recursive: true });
  const command = ['sh', '-c', INSTALL, 'install', folder, REQUIREMENTS];
  try {
    await promisify(execFile)('flock', [`${folder}.lock`, ...command], {
      timeout: INSTALL_LIMIT_MS,
    });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(
      `The emulator's Python environment cannot be installed.\n${stderr.slice(-2000)}\n` +
        'It needs Python 3.11 or newer with venv, and the package registry.',
      { cause },
    );
  }
};

/** Returns the environment, and installs it under .cache if it is missing. Each version of the requirements has its own. */
export const emulatorPython = async (): Promise<EmulatorPython> => {
  const hash = createHash('sha256')
    .update(INSTALL)
    .update(readFileSync(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const folder = join(CACHE, hash);
  if (!existsSync(join(folder, 'complete'))) await install(folder);
  return {
    python: join(folder, 'venv/bin/python'),
    cliFolder: join(folder, 'cli'),
    bytecodeFolder: join(folder, 'bytecode'),
  };
};
