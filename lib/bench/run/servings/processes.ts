import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { shellWord } from '../../../../serving-configs/options/shell-word.ts';
import { readProcesses, statOf, treeOf, type ProcessStat } from '../../load/process-cpu.ts';
import { BenchError, messageOf } from '../../model/errors.ts';
import type { ProcessFault } from '../../model/fault.ts';
import type { ResourceUse } from '../../model/stability.ts';

const execFileAsync = promisify(execFile);

export interface ServingProcess extends Pick<ProcessStat, 'pid' | 'ticks' | 'residentMiB'> {
  /** Undefined if counting them is not permitted. */
  readonly openFiles: number | undefined;
}

/** The processes of a running serving, on this machine or in its container. */
export interface ServingProcesses {
  /** @throws BenchError `BENCH_PROCESSES` if they cannot be listed. */
  readonly list: () => Promise<readonly ServingProcess[]>;
  /** @throws BenchError `BENCH_PROCESSES` if it cannot be killed. */
  readonly kill: (pid: number) => Promise<void>;
  /**
   * Pauses a process for some seconds. It continues even if this program is killed, and immediately if the signal is aborted.
   *
   * @throws BenchError `BENCH_PROCESSES` if it cannot be paused.
   */
  readonly pause: (pid: number, seconds: number, signal: AbortSignal) => Promise<void>;
}

/** What each fault does to a process. */
export const disturb: Readonly<
  Record<
    ProcessFault,
    (
      processes: ServingProcesses,
      pid: number,
      seconds: number,
      signal: AbortSignal,
    ) => Promise<void>
  >
> = {
  'kill-worker': (processes, pid) => processes.kill(pid),
  'pause-worker': (processes, pid, seconds, signal) => processes.pause(pid, seconds, signal),
};

const problem = (what: string, cause: unknown): BenchError =>
  new BenchError('BENCH_PROCESSES', `${what}: ${messageOf(cause)}`, { cause });

/** Sums memory and open files of all processes. */
export const resourceUseOf = (processes: readonly ServingProcess[]): ResourceUse => {
  const openFiles = processes.map(({ openFiles: count }) => count);
  return {
    memoryMiB: processes.reduce((sum, { residentMiB }) => sum + residentMiB, 0),
    openFiles: openFiles.every((count) => count !== undefined)
      ? openFiles.reduce((sum, count) => sum + count, 0)
      : undefined,
  };
};

/** The process that used the most CPU time between two lists; among equals, the one that used the most since its start. */
export const busiestOf = (
  before: readonly ServingProcess[],
  now: readonly ServingProcess[],
): ServingProcess | undefined => {
  const usedBefore = new Map(before.map(({ pid, ticks }) => [pid, ticks]));
  const usedBy = ({ pid, ticks }: ServingProcess): number => ticks - (usedBefore.get(pid) ?? 0);
  return now.toSorted((a, b) => usedBy(b) - usedBy(a) || b.ticks - a.ticks)[0];
};

/** Memory of a serving that has just become ready; undefined if its processes cannot be listed. */
export const idleMemoryOf = async ({ list }: ServingProcesses): Promise<number | undefined> => {
  const listed = await list().catch(() => []);
  return listed.length === 0 ? undefined : resourceUseOf(listed).memoryMiB;
};

const countFiles = async (pid: number): Promise<number | undefined> => {
  try {
    return (await readdir(`/proc/${pid}/fd`)).length;
  } catch {
    return undefined;
  }
};

/**
 * Pauses a process from a separate shell, which continues it even if this program is killed.
 *
 * @param command returns the words of a command that sends a signal to the process
 */
const pauseBy = async (
  command: (name: 'STOP' | 'CONT') => readonly string[],
  seconds: number,
  signal: AbortSignal,
): Promise<void> => {
  const [stop, resume] = [command('STOP'), command('CONT')].map((words) =>
    words.map(shellWord).join(' '),
  );
  // SIGTERM ends only the sleep. `command -p` finds `sleep` on every POSIX system, whatever the PATH is.
  const wait = `trap 'kill $!' TERM; command -p sleep ${seconds} & wait $!`;
  const shell = spawn('sh', ['-c', `${stop} && { ${wait}; ${resume}; }`], {
    detached: true,
    stdio: 'ignore',
  });
  const resumeNow = (): void => void shell.kill('SIGTERM');
  signal.addEventListener('abort', resumeNow, { once: true });
  const [exitCode] = (await once(shell, 'exit')) as [number | null];
  signal.removeEventListener('abort', resumeNow);
  if (exitCode !== 0) throw problem('a process of the serving cannot be paused', stop);
};

const allProcesses = (): readonly ProcessStat[] => {
  try {
    return readProcesses();
  } catch (error) {
    throw problem('the processes of this machine cannot be listed', error);
  }
};

/**
 * The processes of a serving on this machine.
 *
 * @param root PID of the process that was started
 * @param withRoot whether that is a part of the serving; otherwise it only starts the serving
 */
export const localProcesses = (root: number, withRoot: boolean): ServingProcesses => ({
  list: async () => {
    const serving = treeOf(allProcesses(), root).filter(
      ({ pid, hasEnded }) => !hasEnded && (withRoot || pid !== root),
    );
    return Promise.all(
      serving.map(async ({ pid, ticks, residentMiB }) => ({
        pid,
        ticks,
        residentMiB,
        openFiles: await countFiles(pid),
      })),
    );
  },
  kill: async (pid) => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      throw problem(`process ${pid} of the serving cannot be killed`, error);
    }
  },
  pause: (pid, seconds, signal) =>
    pauseBy((name) => ['kill', `-${name}`, String(pid)], seconds, signal),
});

/** Prints the PID of the shell, then for each process the number of its open files and its stat line. */
const LIST = `echo $$; for p in /proc/[0-9]*; do s=$(cat $p/stat 2>/dev/null) && echo "$(ls $p/fd 2>/dev/null | wc -l) $s"; done`;

/** The kernel ignores these signals to the first process of a container if they come from inside. */
const FIRST_PID = 1;

const docker = async (what: string, ...args: readonly string[]): Promise<string> => {
  try {
    return (await execFileAsync('docker', args)).stdout;
  } catch (error) {
    throw problem(what, error);
  }
};

/** The processes in a container. Their PIDs are those inside the container. */
export const containerProcesses = (name: string): ServingProcesses => {
  const signalCommand = (pid: number, signal: string): readonly string[] =>
    pid === FIRST_PID
      ? ['kill', '--signal', signal, name]
      : ['exec', '--user', '0', name, 'sh', '-c', `kill -${signal} ${pid}`];
  return {
    list: async () => {
      const what = `the processes of ${name} cannot be listed`;
      const table = await docker(what, 'exec', '--user', '0', name, 'sh', '-c', LIST);
      const [shell = '', ...lines] = table.split('\n');
      return lines.flatMap((line) => {
        const [, openFiles, text = ''] = /^(\d+) (.*)$/s.exec(line) ?? [];
        const stat = statOf(text);
        const isOurs = stat?.pid === Number(shell) || stat?.parent === Number(shell);
        return stat === undefined || stat.hasEnded || isOurs
          ? []
          : [{ ...stat, openFiles: Number(openFiles) }];
      });
    },
    kill: async (pid) => {
      await docker(`process ${pid} of ${name} cannot be killed`, ...signalCommand(pid, 'KILL'));
    },
    pause: (pid, seconds, signal) =>
      pauseBy((signalName) => ['docker', ...signalCommand(pid, signalName)], seconds, signal),
  };
};

/**
 * Counts the processes that are gone. The one that the fault killed does not count if a new process has replaced it.
 *
 * @param before the pids before the fault
 * @param killed the pid that the fault killed
 */
export const countLost = (
  before: readonly number[],
  after: readonly number[],
  killed?: number,
): number => {
  const isReplaced = after.some((pid) => !before.includes(pid));
  return before.filter((pid) => !after.includes(pid) && !(pid === killed && isReplaced)).length;
};
