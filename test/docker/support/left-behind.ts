import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const POLL_MS = 50;
const END_LIMIT_MS = 10_000;

const readOr = (file: string, otherwise: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended meanwhile.
    return otherwise;
  }
};

const processIds = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const commandOf = (pid: number): string => readOr(`/proc/${pid}/cmdline`, '');

/** The name of a program may hold anything, so that fields are counted behind it. */
const parentOf = (pid: number): number => {
  const text = readOr(`/proc/${pid}/stat`, '');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
};

const isAlive = (pid: number): boolean =>
  !/^State:\s+[ZX]/m.test(readOr(`/proc/${pid}/status`, 'State: X'));

/** The processes that work in a folder, as their arguments say, with all that descend from them. */
export const processesOf = (folder: string): readonly number[] => {
  const parents = new Map(processIds().map((pid) => [pid, parentOf(pid)]));
  const found = new Set([...parents.keys()].filter((pid) => commandOf(pid).includes(`${folder}/`)));
  // Nobody is ended who only reads there, least of all this process.
  found.delete(process.pid);
  let before = 0;
  while (before < found.size) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
};

/** The groups in which the kernel counts what a container uses, as folders. */
const controlGroupsOf = (pid: number): readonly string[] =>
  readOr(`/proc/${pid}/cgroup`, '')
    .split('\n')
    .flatMap((line) => {
      const [, controllers = '', ...rest] = line.split(':');
      const group = rest.join(':');
      if (!/\/(docker|system\.slice\/docker)[/-][0-9a-f]{64}/.test(group)) return [];
      // The second version has one tree, which may hang below the trees of the first.
      const trees = controllers === '' ? ['.', 'unified'] : [controllers.replace('name=', '')];
      return trees.map((tree) => join('/sys/fs/cgroup', tree, group));
    });

const removeGroup = (folder: string): void => {
  try {
    rmdirSync(folder);
  } catch {
    // It is not of this tree, or the daemon has removed it.
  }
};

/** Ends what a daemon that was killed left running: the keepers of its containers and the containers. */
export const endProcesses = async (folder: string): Promise<void> => {
  const found = processesOf(folder);
  const groups = new Set(found.flatMap(controlGroupsOf));
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  const deadline = Date.now() + END_LIMIT_MS;
  while (found.some(isAlive) && Date.now() < deadline) await sleep(POLL_MS);
  for (const group of groups) removeGroup(group);
};

/** Spaces and the like in paths are written as octal numbers there. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );

/** What is mounted below a folder, the innermost first. */
const mountsBelow = (folder: string): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => unescaped(line.split(' ')[4] ?? ''))
    .filter((place) => place.startsWith(`${folder}/`))
    .toReversed();

export const unmountBelow = async (folder: string): Promise<void> => {
  for (const place of mountsBelow(folder)) await promisify(execFile)('umount', ['--lazy', place]);
};
