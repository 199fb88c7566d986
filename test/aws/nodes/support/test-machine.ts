import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bash,
  createTestDisk,
  outcomeOf,
  PATH,
  QUIET,
  SUPPORT,
  withUs,
  type Outcome,
  type TestDisk,
} from './test-disk.ts';

/** A small system with a real systemd on a {@link TestDisk}. It shares this system's network. */
export interface TestMachine {
  readonly disk: TestDisk;
  /** Runs a command inside, as the SSM agent would: with nothing of this process's environment. */
  readonly run: (command: string, env?: Readonly<Record<string, string>>) => Promise<Outcome>;
  /** Whether it has powered itself off. */
  readonly hasEnded: () => boolean;
  /** Ends everything at once and boots again from the disk as it is. */
  readonly cutPowerAndBoot: () => Promise<void>;
  readonly end: () => Promise<void>;
}

const BOOT_TIMEOUT_MS = 30_000;

const cgroupMount = (): string => {
  const line = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((each) => each.split(' ')[2] === 'cgroup2');
  if (line === undefined) {
    throw new Error('test machines need control groups of version 2: mount -t cgroup2 none FOLDER');
  }
  return line.split(' ')[1] ?? '';
};

const killGroup = async (group: string): Promise<void> => {
  writeFileSync(path.join(group, 'cgroup.kill'), '1');
  while (readFileSync(path.join(group, 'cgroup.events'), 'utf8').includes('populated 1')) {
    await sleep(10);
  }
};

const removeGroup = (group: string): void => {
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(path.join(group, entry.name));
  }
  rmdirSync(group);
};

const firstProcess = (group: string): number | undefined => {
  try {
    const pids = readFileSync(path.join(group, 'init.scope', 'cgroup.procs'), 'utf8');
    return pids === '' ? undefined : Math.min(...pids.trim().split('\n').map(Number));
  } catch {
    return undefined;
  }
};

let count = 0;

/** Boots a machine; `prepare` writes to its disk before that. */
export const bootTestMachine = async (
  prepare: (disk: TestDisk) => Promise<void>,
): Promise<TestMachine> => {
  const mount = cgroupMount();
  const disk = await createTestDisk();
  await prepare(disk);
  count += 1;
  const group = path.join(mount, `test-machine-${process.pid}-${count}`);
  let booted: ChildProcess | undefined;

  const run: TestMachine['run'] = async (command, env = {}) => {
    const pid = firstProcess(group);
    if (pid === undefined) throw new Error('the machine is not up');
    const variables = Object.entries({ PATH, HOME: '/root', ...env }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const join = `echo 0 >${path.join(group, 'init.scope', 'cgroup.procs')}; exec "$@"`;
    const enter = `nsenter --target ${pid} --mount --uts --ipc --pid --cgroup`;
    return outcomeOf(
      spawn(
        'setpriv',
        [
          ...withUs,
          ...bash(join),
          'enter',
          ...enter.split(' '),
          `--root=/proc/${pid}/root`,
          'env',
          '--ignore-environment',
          '--chdir=/',
          ...variables,
          ...bash(command),
        ],
        QUIET,
      ),
    );
  };

  const boot = async (): Promise<void> => {
    mkdirSync(group, { recursive: true });
    const enter = `nsenter --target ${disk.pid} --mount unshare --mount --pid --uts --ipc --fork --kill-child`;
    booted = spawn(
      'setpriv',
      [...withUs, ...enter.split(' '), 'bash', path.join(SUPPORT, 'boot.sh'), disk.folder, group],
      QUIET,
    );
    const said = outcomeOf(booted);
    const deadline = Date.now() + BOOT_TIMEOUT_MS;
    for (;;) {
      if (firstProcess(group) !== undefined) {
        const { stdout } = await run('systemctl is-system-running');
        if (stdout.trim() === 'running') return;
      }
      if (booted.exitCode !== null || Date.now() > deadline) {
        booted.kill('SIGKILL');
        const { stdout, stderr } = await said;
        throw new Error(`the test machine did not boot:\n${stdout}${stderr}`);
      }
      await sleep(50);
    }
  };

  const hasEnded = (): boolean =>
    booted !== undefined && (booted.exitCode !== null || booted.signalCode !== null);

  const cutPower = async (): Promise<void> => {
    const ended = booted === undefined || hasEnded() ? undefined : once(booted, 'close');
    await killGroup(group);
    await ended;
    removeGroup(group);
  };

  try {
    await boot();
  } catch (error) {
    await disk.end();
    throw error;
  }
  return {
    disk,
    run,
    hasEnded,
    cutPowerAndBoot: async () => {
      await cutPower();
      await boot();
    },
    end: async () => {
      await cutPower();
      await disk.end();
    },
  };
};
