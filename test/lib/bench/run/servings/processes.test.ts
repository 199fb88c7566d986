import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import {
  busiestOf,
  countLost,
  localProcesses,
  resourceUseOf,
} from '../../../../../lib/bench/run/servings/processes.ts';
import { readUntil } from '../../../../support/read-until.ts';

/** A shell with one child that computes and one that waits for input; both are built into the shell. */
const script = 'exec 3<&0; read line <&3 & while :; do :; done & wait';

let shell: ChildProcess;
beforeEach(async () => {
  shell = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  await readUntil(
    () => localProcesses(shell.pid ?? 0, false).list(),
    (processes) => processes.length === 2 && processes.some(({ ticks }) => ticks > 0),
    30_000,
  );
});
afterEach(() => {
  process.kill(-(shell.pid ?? 0), 'SIGKILL');
});

const stateOf = async (pid: number): Promise<string | undefined> =>
  /\) (\w)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8'))?.[1];

const untilStopped = (pid: number): Promise<unknown> =>
  readUntil(
    () => stateOf(pid),
    (state) => state === 'T',
    30_000,
  );

const { signal } = new AbortController();

describe('The processes of a serving on this machine', () => {
  it('are all descendants of its guard, with memory, open files and CPU time', async () => {
    const processes = await localProcesses(shell.pid ?? 0, false).list();
    const busiest = busiestOf([], processes);
    const { memoryMiB = 0, openFiles = 0 } = resourceUseOf(processes);

    expect(processes).toHaveLength(2);
    expect(busiest?.ticks).toBeGreaterThan(0);
    expect(memoryMiB).toBeGreaterThan(0.5);
    expect(memoryMiB).toBeLessThan(50);
    expect(openFiles).toBeGreaterThanOrEqual(6);
  });

  it('have a busiest one, which has used the most CPU time since an earlier list', () => {
    const [old, young] = [
      { pid: 1, residentMiB: 1, openFiles: 1 },
      { pid: 2, residentMiB: 1, openFiles: 1 },
    ];
    const before = [
      { ...old, ticks: 900 },
      { ...young, ticks: 10 },
    ];
    const now = [
      { ...old, ticks: 905 },
      { ...young, ticks: 60 },
    ];

    expect(busiestOf(before, now)?.pid).toBe(2);
    expect(busiestOf([], now)?.pid).toBe(1);
    expect(busiestOf(now.toReversed(), now.toReversed())?.pid).toBe(1);
  });

  it('lose one that is killed', async () => {
    const serving = localProcesses(shell.pid ?? 0, false);
    const busiest = busiestOf([], await serving.list());
    await serving.kill(busiest?.pid ?? 0);
    const left = await readUntil(serving.list, ({ length }) => length < 2, 30_000);

    expect(left.map(({ pid }) => pid)).not.toContain(busiest?.pid);
    await expect(serving.kill(2 ** 22 + 1)).rejects.toMatchObject({ code: 'BENCH_PROCESSES' });
  });

  it('stop while they are paused, and then continue', async () => {
    const serving = localProcesses(shell.pid ?? 0, false);
    const pid = busiestOf([], await serving.list())?.pid ?? 0;
    const pause = serving.pause(pid, 3, signal);
    await untilStopped(pid);
    await pause;
    expect(await stateOf(pid)).not.toBe('T');
  });

  it('continue at once if the run is interrupted', async () => {
    const serving = localProcesses(shell.pid ?? 0, false);
    const pid = busiestOf([], await serving.list())?.pid ?? 0;
    const interrupt = new AbortController();
    const pause = serving.pause(pid, 60, interrupt.signal);
    await untilStopped(pid);
    interrupt.abort();
    await pause;

    expect(await stateOf(pid)).not.toBe('T');
  });
});

describe('The processes that a serving lost', () => {
  it('are those that are gone', () => {
    expect(countLost([1, 2, 3], [1, 2, 3, 4])).toBe(0);
    expect(countLost([1, 2, 3], [1, 4])).toBe(2);
  });

  it('do not include the one that the fault killed, if it was replaced', () => {
    expect(countLost([1, 2], [1, 3], 2)).toBe(0);
    expect(countLost([1, 2, 3], [1, 4], 2)).toBe(1);
    expect(countLost([1, 2], [1], 2)).toBe(1);
  });
});
