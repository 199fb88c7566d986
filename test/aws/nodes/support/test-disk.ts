import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const PROJECT = path.resolve(import.meta.dirname, '../../../..');
export const SUPPORT = import.meta.dirname;

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of this system's disk in memory, with this project at /opt/serving-compare. */
export interface TestDisk {
  /** Where it is mounted, in its own mount namespace. */
  readonly folder: string;
  /** The process that holds that namespace. */
  readonly pid: number;
  readonly read: (file: string) => Promise<string>;
  /** Permission bits in octal digits, e.g. `644`. */
  readonly modeOf: (file: string) => Promise<string>;
  readonly exists: (file: string) => boolean;
  readonly write: (file: string, text: string, mode?: number) => Promise<void>;
  /** Puts {@link STUBS} in front of every other program of that name. */
  readonly stub: (...names: readonly string[]) => Promise<void>;
  /** Runs a command without a systemd. */
  readonly run: (command: string, env?: Readonly<Record<string, string>>) => Promise<Outcome>;
  readonly end: () => Promise<void>;
}

/** One script for all programs that are not here; see there for what each does. */
const STUBS = path.join(SUPPORT, 'stub.sh');

export const PATH = '/opt/stubs:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const needs: readonly (readonly [string, () => boolean])[] = [
  ['the user root', () => process.getuid?.() === 0],
  [
    'overlayfs (modprobe overlay)',
    () => readFileSync('/proc/filesystems', 'utf8').includes('overlay'),
  ],
  ...['unshare', 'nsenter', 'setpriv', 'chroot'].map(
    (program) =>
      [
        `the program ${program} (apt-get install -y util-linux coreutils)`,
        () => spawnSync(program, ['--version']).status === 0,
      ] as const,
  ),
];

const demand = (): void => {
  const missing = needs.filter(([, there]) => !there()).map(([what]) => what);
  if (missing.length > 0) throw new Error(`test machines need: ${missing.join('; ')}`);
};

/** Waits for the end of a process and gives what it wrote. */
export const outcomeOf = async (child: ChildProcess): Promise<Outcome> => {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { exitCode: code ?? -1, stdout, stderr };
};

/** Without an input: a bash whose input is a socket, as Node's pipes are, reads the user's settings. */
export const QUIET: SpawnOptions = { stdio: ['ignore', 'pipe', 'pipe'] };

export const bash = (command: string): readonly string[] => ['bash', '-c', command];

/** Whatever starts here ends with this process, however that ends. */
export const withUs = ['--pdeathsig', 'KILL'] as const;

export const createTestDisk = async (): Promise<TestDisk> => {
  demand();
  const folder = mkdtempSync(path.join(tmpdir(), 'test-disk-'));
  const disk = path.join(SUPPORT, 'disk.sh');
  const holder = spawn(
    'setpriv',
    [...withUs, 'unshare', '--mount', 'bash', disk, folder, PROJECT, process.execPath],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const first = createInterface({ input: holder.stdout });
  await Promise.race([
    once(first, 'line'),
    once(holder, 'close').then(() => {
      throw new Error('the disk of the test machine could not be made; the reason is above');
    }),
  ]);
  const pid = holder.pid ?? 0;
  // Its mounts, seen from here.
  const at = (file: string): string => path.join(`/proc/${pid}/root${folder}/root`, file);
  const write = async (file: string, text: string, mode = 0o644): Promise<void> => {
    await mkdir(path.dirname(at(file)), { recursive: true });
    await writeFile(at(file), text);
    await chmod(at(file), mode);
  };
  return {
    folder,
    pid,
    write,
    read: (file) => readFile(at(file), 'utf8'),
    modeOf: async (file) => ((await stat(at(file))).mode & 0o7777).toString(8),
    exists: (file) => existsSync(at(file)),
    stub: async (...names) => {
      await write('/opt/stubs/stub.sh', readFileSync(STUBS, 'utf8'), 0o755);
      for (const name of names) await symlink('stub.sh', at(`/opt/stubs/${name}`));
    },
    run: (command, env = {}) => {
      const variables = Object.entries({ PATH, HOME: '/root', ...env }).map(
        ([name, value]) => `${name}=${value}`,
      );
      const enter = `nsenter --target ${pid} --mount unshare --mount --pid --fork --kill-child`;
      return outcomeOf(
        spawn(
          'setpriv',
          [
            ...withUs,
            ...enter.split(' '),
            'bash',
            path.join(SUPPORT, 'shell.sh'),
            folder,
            ...variables,
            '--',
            ...bash(command),
          ],
          QUIET,
        ),
      );
    },
    end: async () => {
      const closed = once(holder, 'close');
      holder.stdin.end();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
