import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sha256Of } from '../../../lib/aws/bundle/file-list.ts';
import type { DockerDaemon } from '../support/docker-daemon.ts';
import { findProgram } from '../support/programs.ts';

const SUITE = 'bookworm';
/** Everything that the smallest stand-in needs, because one run of debootstrap is faster than a second layer. */
const PACKAGES = [
  'ca-certificates',
  'libgomp1',
  'python3',
  'python3-dev',
  'python3-pip',
  'python3-venv',
] as const;
/** Files that no program in a container reads. */
const EXCLUDED = [
  './usr/share/doc/*',
  './usr/share/locale/*',
  './usr/share/man/*',
  './var/cache/apt/archives/*.deb',
  './var/lib/apt/lists/*',
  './dev/*',
] as const;

/** The folder that is kept between runs of the tests. */
export const STAND_INS_CACHE = join(import.meta.dirname, '../../../.cache/docker-stand-ins');

const run = promisify(execFile);

/** Packs a minimal Debian, made from packages, into the file `target`. */
const makeRoot = async (target: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'debian-'));
  try {
    await run(
      findProgram('debootstrap'),
      ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, folder],
      { maxBuffer: 1 << 26 },
    );
    await run(findProgram('tar'), [
      `--directory=${folder}`,
      `--file=${target}`,
      '--create',
      ...EXCLUDED.map((name) => `--exclude=${name}`),
      '.',
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Imports a minimal Debian as an image; its files are made once per machine. */
export const importDebian = async (daemon: DockerDaemon, image: string): Promise<void> => {
  const key = sha256Of(JSON.stringify([SUITE, PACKAGES, EXCLUDED])).slice(0, 12);
  const file = join(STAND_INS_CACHE, `${SUITE}-${key}.tar`);
  if (!existsSync(file)) {
    mkdirSync(STAND_INS_CACHE, { recursive: true });
    const unfinished = `${file}.${process.pid}.unfinished`;
    await makeRoot(unfinished);
    await rename(unfinished, file);
  }
  const child = spawn(findProgram('docker'), ['import', file, image], {
    env: daemon.env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0) throw new Error(`docker import ended with exit code ${exitCode}`);
};
