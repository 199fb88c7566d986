import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { readProcessTree, statOf, type ProcessStat } from '../load/process-cpu.ts';
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
  /** @throws BenchError `BENCH_PROCESSES` if it cannot be killed. */
  readonly kill: (pid: number) => Promise<void>;
  /**
   * Stops a process for a time. It goes on even if this program is killed meanwhile, and at once if the signal is aborted.
   *
   * @throws BenchError `BENCH_PROCESSES` if it cannot be stopped.
   */
  readonly pause: (pid: number, seconds: number, signal: AbortSignal) => Promise<void>;
}

const problem = (what: string, cause: unknown): BenchError =>
  new BenchError('BENCH_PROCESSES', `${what}: ${messageOf(cause)}`, { cause });

/** Memory and open files of all processes together. */
export const resourceUseOf = (processes: readonly ServingProcess[]): ResourceUse => {
  const openFiles = processes.map((one) => one.openFiles);
  return {
    memoryMiB: processes.reduce((sum, { residentMiB }) => sum + residentMiB, 0),
    openFiles: openFiles.every((count) => count !== undefined)
      ? openFiles.reduce((sum, count) => sum + count, 0)
      : undefined,
  };
};

/** The process that computes: the one that has used the most CPU time between two lists, of equal ones the most ever. */
export const busiestOf = (
  before: readonly ServingProcess[],
  now: readonly ServingProcess[],
): ServingProcess | undefined => {
  const usedBefore = new Map(before.map(({ pid, ticks }) => [pid, ticks]));
  const usedBy = ({ pid, ticks }: ServingProcess): number => ticks - (usedBefore.get(pid) ?? 0);
  return now.toSorted((a, b) => usedBy(b) - usedBy(a) || b.ticks - a.ticks)[0];
};

const countFiles = async (pid: number): Promise<number | undefined> => {
  try {
    return (await readdir(`/proc/${pid}/fd`)).length;
  } catch {
    return undefined;
  }
};

/** A shell of its own stops a process and lets it go on, since this program may be killed meanwhile. */
const pauseBy = async (
  command: (name: 'STOP' | 'CONT') => readonly string[],
  seconds: number,
  signal: AbortSignal,
): Promise<void> => {
  const [stop, go] = [command('STOP'), command('CONT')].map((words) =>
    words.map(shellWord).join(' '),
  );
  // Told to end, it ends its sleep only, a program that every POSIX system has, whatever the PATH.
  const rest = `trap 'kill $!' TERM; command -p sleep ${seconds} & wait $!`;
  const shell = spawn('sh', ['-c', `${stop} && { ${rest}; ${go}; }`], {
    detached: true,
    stdio: 'ignore',
  });
  const wake = (): void => void shell.kill('SIGTERM');
  signal.addEventListener('abort', wake, { once: true });
  const [exitCode] = (await once(shell, 'exit')) as [number | null];
  signal.removeEventListener('abort', wake);
  if (exitCode !== 0) throw problem('a process of the serving cannot be paused', stop);
};

/**
 * The processes below one of ours.
 *
 * @param launchers how many generations only start the serving and are no part of it: none, the process itself, or its children too
 */
export const localProcesses = (root: number, launchers: 0 | 1 | 2): ServingProcesses => ({
  list: async () => {
    const tree = await readProcessTree(root).catch((error: unknown) => {
      throw problem('the processes of this machine cannot be listed', error);
    });
    const isLauncher = ({ pid, parent }: ProcessStat): boolean =>
      (launchers > 0 && pid === root) || (launchers > 1 && parent === root);
    const serving = tree.filter((one) => !one.hasEnded && !isLauncher(one));
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

/** For each process a line of stat and the number of its open files; the shell itself first. */
const LIST = `echo $$; for p in /proc/[0-9]*; do s=$(cat $p/stat 2>/dev/null) && echo "$(ls $p/fd 2>/dev/null | wc -l) $s"; done`;

/** The first process of a container hears no such signal from inside. */
const FIRST_PID = 1;

const docker = async (what: string, ...args: readonly string[]): Promise<string> => {
  try {
    return (await execFileAsync('docker', args)).stdout;
  } catch (error) {
    throw problem(what, error);
  }
};

/** The processes in a container, by the pids that they have in it. */
export const containerProcesses = (name: string): ServingProcesses => {
  const signalling = (pid: number, signal: string): readonly string[] =>
    pid === FIRST_PID
      ? ['kill', '--signal', signal, name]
      : ['exec', '--user', '0', name, 'sh', '-c', `kill -${signal} ${pid}`];
  return {
    list: async () => {
      const what = `the processes of ${name} cannot be listed`;
      const table = await docker(what, 'exec', '--user', '0', name, 'sh', '-c', LIST);
      const [own = '', ...lines] = table.split('\n');
      return lines.flatMap((line) => {
        const [, openFiles, text = ''] = /^(\d+) (.*)$/s.exec(line) ?? [];
        const stat = statOf(text);
        const isOurs = stat?.pid === Number(own) || stat?.parent === Number(own);
        return stat === undefined || stat.hasEnded || isOurs
          ? []
          : [{ ...stat, openFiles: Number(openFiles) }];
      });
    },
    kill: async (pid) => {
      await docker(`process ${pid} of ${name} cannot be killed`, ...signalling(pid, 'KILL'));
    },
    pause: (pid, seconds, signal) =>
      pauseBy((one) => ['docker', ...signalling(pid, one)], seconds, signal),
  };
};
