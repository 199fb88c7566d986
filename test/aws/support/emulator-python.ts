import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const ROOT = join(import.meta.dirname, '../../..');
const REQUIREMENTS = join(ROOT, 'test/aws/emulator/requirements.txt');
const CACHE = join(ROOT, '.cache/aws-emulator');
const INSTALL_LIMIT_MS = 600_000;

/** The Python environment in which the emulator and the `aws` command line run. */
export interface EmulatorPython {
  readonly python: string;
  /** A folder for PATH that holds `aws` and nothing else. */
  readonly cliFolder: string;
  /** Where compiled modules go, so that none lie beside the sources. */
  readonly bytecodeFolder: string;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Takes a lock that is a folder; one whose owner died is taken over. Returns how it is given back. */
const lock = async (folder: string): Promise<() => void> => {
  const deadline = Date.now() + INSTALL_LIMIT_MS;
  for (;;) {
    try {
      mkdirSync(folder);
      writeFileSync(join(folder, 'pid'), String(process.pid));
      return () => {
        rmSync(folder, { recursive: true, force: true });
      };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const file = join(folder, 'pid');
    const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : Number.NaN;
    if (owner > 0 && !isAlive(owner)) rmSync(folder, { recursive: true, force: true });
    else if (Date.now() > deadline)
      throw new Error(`${folder} is held by process ${owner}; remove it if nothing installs there`);
    // One test file waits for the other's installation.
    else await sleep(200);
  }
};

/** One step of the installation. Throws with the end of what it printed. */
const step = async (command: string, ...args: string[]): Promise<void> => {
  try {
    await execute(command, args, { timeout: INSTALL_LIMIT_MS, maxBuffer: 1 << 26 });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(
      `The emulator's Python environment cannot be made: ${command} ${args.join(' ')} failed.\n` +
        `${stderr.slice(-2000)}\nIt needs Python 3.11 or newer with venv, and the package registry.`,
      { cause },
    );
  }
};

const install = async (folder: string, venv: string): Promise<void> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'cli'), { recursive: true });
  await step('python3', '-m', 'venv', venv);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await step(join(venv, 'bin/python'), ...pip, '--require-hashes', '-r', REQUIREMENTS);
  symlinkSync(join(venv, 'bin/aws'), join(folder, 'cli/aws'));
  writeFileSync(join(folder, 'complete'), '');
};

/** Installs the environment under .cache where it is missing; one for each state of the requirements. */
export const emulatorPython = async (): Promise<EmulatorPython> => {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(CACHE, hash);
  const venv = join(folder, 'venv');
  mkdirSync(CACHE, { recursive: true });
  if (!existsSync(join(folder, 'complete'))) {
    const unlock = await lock(`${folder}.lock`);
    try {
      if (!existsSync(join(folder, 'complete'))) await install(folder, venv);
    } finally {
      unlock();
    }
  }
  return {
    python: join(venv, 'bin/python'),
    cliFolder: join(folder, 'cli'),
    bytecodeFolder: join(folder, 'bytecode'),
  };
};
