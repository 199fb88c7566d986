import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { readProcessStat, statOf, treeOf, type ProcessStat } from '../load/process-cpu.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { ResourceUse } from '../model/stability.ts';

const execFileAsync = promisify(execFile);

/** One process of a serving. */
export interface ServingProcess extends Pick<ProcessStat, 'pid' | 'ticks' | 'residentMiB'> {
  /** Undefined where they may not be counted. */
  readonly openFiles: number | undefined;
}

/** The processes of a running serving, on this machine or in its container. */
export interface ServingProcesses {
  /** @throws BenchError `BENCH_PROCESSES` if they cannot be listed. */
  readonly list: () => Promise<readonly ServingProcess[]>;
  /** @throws BenchError `BENCH_PROCESSES` if the signal cannot be sent. */
  readonly signal: (pid: number, name: 'KILL' | 'STOP' | 'CONT') => Promise<void>;
}

const problem = (what: string, cause: unknown): BenchError =>
  new BenchError('BENCH_PROCESSES', `${what}: ${messageOf(cause)}`, { cause });

/** Memory and open files of all processes together. */
export const resourceUseOf = (processes: readonly ServingProcess[]): ResourceUse => {
  const openFiles = processes.map((one) => one.openFiles);
  return {
    memoryMiB: processes.reduce((sum, { residentMiB }) => sum + residentMiB, 0),
    ...(openFiles.every((count) => count !== undefined)
      ? { openFiles: openFiles.reduce((sum, count) => sum + count, 0) }
      : {}),
  };
};

/** The process that computes: the one with the most CPU time. */
export const busiestOf = (processes: readonly ServingProcess[]): ServingProcess | undefined =>
  processes.toSorted((a, b) => b.ticks - a.ticks)[0];

const countFiles = async (pid: number): Promise<number | undefined> => {
  try {
    return (await readdir(`/proc/${pid}/fd`)).length;
  } catch {
    return undefined;
  }
};

/**
 * The processes below one of ours.
 *
 * @param isLauncher whether that one only starts the serving and is no part of it
 */
export const localProcesses = (root: number, isLauncher: boolean): ServingProcesses => ({
  list: async () => {
    const names = await readdir('/proc').catch((error: unknown) => {
      throw problem('the processes of this machine cannot be listed', error);
    });
    const all = await Promise.all(
      names.filter((name) => /^\d+$/.test(name)).map((name) => readProcessStat(Number(name))),
    );
    const tree = treeOf(
      all.flatMap((stat) => stat ?? []),
      root,
    ).filter(({ pid, hasEnded }) => !hasEnded && !(isLauncher && pid === root));
    return Promise.all(
      tree.map(async ({ pid, ticks, residentMiB }) => ({
        pid,
        ticks,
        residentMiB,
        openFiles: await countFiles(pid),
      })),
    );
  },
  signal: async (pid, name) => {
    try {
      process.kill(pid, `SIG${name}`);
    } catch (error) {
      throw problem(`process ${pid} of the serving cannot be sent SIG${name}`, error);
    }
  },
});

/** For each process a line of stat and the number of its open files; the shell itself first. */
const LIST = `echo $$; for p in /proc/[0-9]*; do s=$(cat $p/stat 2>/dev/null) && echo "$(ls $p/fd 2>/dev/null | wc -l) $s"; done`;

/** The first process of a container hears no such signal from inside. */
const FIRST_PID = 1;

/** The processes in a container, by the pids that they have in it. */
export const containerProcesses = (name: string): ServingProcesses => {
  const docker = async (what: string, ...args: readonly string[]): Promise<string> => {
    try {
      return (await execFileAsync('docker', args)).stdout;
    } catch (error) {
      throw problem(what, error);
    }
  };
  const shell = (what: string, script: string): Promise<string> =>
    docker(what, 'exec', '--user', '0', name, 'sh', '-c', script);
  return {
    list: async () => {
      const [own = '', ...lines] = (
        await shell(`the processes of ${name} cannot be listed`, LIST)
      ).split('\n');
      return lines.flatMap((line) => {
        const [, openFiles, text = ''] = /^(\d+) (.*)$/s.exec(line) ?? [];
        const stat = statOf(text);
        const isOurs = stat?.pid === Number(own) || stat?.parent === Number(own);
        return stat === undefined || stat.hasEnded || isOurs
          ? []
          : [{ ...stat, openFiles: Number(openFiles) }];
      });
    },
    signal: async (pid, signal) => {
      const what = `process ${pid} of ${name} cannot be sent SIG${signal}`;
      await (pid === FIRST_PID
        ? docker(what, 'kill', '--signal', signal, name)
        : shell(what, `kill -${signal} ${pid}`));
    },
  };
};
