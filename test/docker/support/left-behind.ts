import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const POLL_MS = 50;
const END_LIMIT_MS = 60_000;

const readOr = (file: string, fallback: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended.
    return fallback;
  }
};

const processIds = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const commandOf = (pid: number): string => readOr(`/proc/${pid}/cmdline`, '');

/** The id of the parent process. Fields are counted after the name of the program, which may contain any character. */
const parentOf = (pid: number): number => {
  const text = readOr(`/proc/${pid}/stat`, '');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
};

const isAlive = (pid: number): boolean =>
  !/^State:\s+[ZX]/m.test(readOr(`/proc/${pid}/status`, 'State: X'));

/** The processes with a folder in their command line, and all their descendants. */
export const processesOf = (folder: string): readonly number[] => {
  const parents = new Map(processIds().map((pid) => [pid, parentOf(pid)]));
  const found = new Set([...parents.keys()].filter((pid) => commandOf(pid).includes(`${folder}/`)));
  // Not this process, which may have the folder in its command line too.
  found.delete(process.pid);
  let before = 0;
  while (before < found.size) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
};

/** The folders of the control groups of a container's process. */
const controlGroupsOf = (pid: number): readonly string[] =>
  readOr(`/proc/${pid}/cgroup`, '')
    .split('\n')
    .flatMap((line) => {
      const [, controllers = '', ...rest] = line.split(':');
      const group = rest.join(':');
      if (!/\/(docker|system\.slice\/docker)[/-][0-9a-f]{64}/.test(group)) return [];
      // Version 2 has a single tree, which may be mounted below those of version 1.
      const trees = controllers === '' ? ['.', 'unified'] : [controllers.replace('name=', '')];
      return trees.map((tree) => join('/sys/fs/cgroup', tree, group));
    });

const removeGroup = (folder: string): void => {
  try {
    rmdirSync(folder);
  } catch {
    // It is not in this tree, or the daemon has removed it.
  }
};

/** Ends the processes that a killed daemon has left: its containers and their parent processes. */
export const endProcesses = async (folder: string): Promise<void> => {
  const found = processesOf(folder);
  const groups = new Set(found.flatMap(controlGroupsOf));
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
  const deadline = Date.now() + END_LIMIT_MS;
  while (found.some(isAlive) && Date.now() < deadline) await sleep(POLL_MS);
  for (const group of groups) removeGroup(group);
};

/** Decodes characters such as spaces, which mountinfo writes as octal numbers. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );

/** The mount points below a folder, innermost first. */
const mountsBelow = (folder: string): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => unescaped(line.split(' ')[4] ?? ''))
    .filter((mountPoint) => mountPoint.startsWith(`${folder}/`))
    .toReversed();

export const unmountBelow = async (folder: string): Promise<void> => {
  for (const mountPoint of mountsBelow(folder)) {
    await promisify(execFile)('umount', ['--lazy', mountPoint]);
  }
};
