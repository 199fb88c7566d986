import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { UsageError } from '../../options/usage-error.ts';
import {
  hashOfRequirements,
  readInstalled,
  withLock,
  writeInstalled,
  type Environment,
  type InstallRecord,
} from './environments.ts';
import type { BasePython } from './find-python.ts';
import type { Requirements } from './requirements.ts';

const LAST_LINES = 12;

/** Runs a program to its end and returns what it printed. */
const run = async (program: string, args: readonly string[]): Promise<string> => {
  const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  const lines: string[] = [];
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return stdout;
  throw new UsageError(
    `${[program, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}:\n${lines.join('\n')}`,
    'see what it says; the same command goes on from the start',
  );
};

const PIP = [
  '-m',
  'pip',
  'install',
  '--disable-pip-version-check',
  '--no-input',
  '--quiet',
] as const;

/** Prints the folder with the packages. */
const PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))";

/**
 * Makes an environment again, whatever lies in its folder. The packages are exactly those of the requirements, each file
 * checked against its hash; their dependencies are in the list too.
 */
const build = async (
  { folder, python }: Environment,
  requirements: Requirements,
  base: BasePython,
): Promise<InstallRecord> => {
  const startedAt = performance.now();
  await rm(folder, { recursive: true, force: true });
  await run(base.program, ['-m', 'venv', folder]);
  const pip = (how: readonly string[], file: string): Promise<string> =>
    run(python, [...PIP, '--require-hashes', '--no-deps', ...how, '--requirement', file]);
  await pip(['--only-binary=:all:'], requirements.file);
  if (requirements.sourceFile !== undefined) {
    // What builds them is among the packages that are there by now, so that nothing unchecked is fetched for it.
    await pip(['--no-binary=:all:', '--no-build-isolation'], requirements.sourceFile);
  }
  const packages = (await run(python, ['-c', PACKAGES])).trim();
  return {
    sha256: hashOfRequirements(requirements),
    python: base.version,
    packages,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  };
};

/**
 * Makes sure that an environment is installed as its requirements say. An installation that was cut off, or is of other
 * requirements, is made again.
 * @param say - Told in a line each what goes on.
 * @throws UsageError where Python or pip fails.
 */
export const install = async (
  environment: Environment,
  requirements: Requirements,
  base: () => Promise<BasePython>,
  say: (line: string) => void,
): Promise<void> => {
  const { name, folder } = environment;
  await withLock(
    environment,
    async () => {
      const there = await readInstalled(environment, requirements);
      if (there !== undefined) {
        say(`${name}: is installed`);
        return;
      }
      const python = await base();
      say(
        `${name}: installs ${requirements.versions.size} packages with Python ${python.version} into ${folder}`,
      );
      const record = await build(environment, requirements, python);
      await writeInstalled(environment, record);
      say(`${name}: installed in ${record.seconds} s`);
    },
    () => say(`${name}: waits for another installation of it`),
  );
};
