import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { processCpuMs } from '../../../../../lib/bench/load/process-cpu.ts';
import {
  beginIdle,
  treeUse,
  usedBetween,
  type ProcessUse,
} from '../../../../../lib/bench/run/servings/process-use.ts';
import { readUntil } from '../../../../support/read-until.ts';

/** Starts a process in its own session that computes forever, and prints its id. */
const START_WORK = `const { spawn } = require('node:child_process');
const worker = spawn(process.execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' });
console.log(worker.pid);`;

/** Starts a shell that runs a script and then stays, without computing anything itself. */
const startShell = (line: string, script: string): ChildProcess =>
  spawn('sh', ['-c', line, process.execPath, script], { stdio: ['pipe', 'pipe', 'ignore'] });

/** Starts shells that compute forever. */
const startBurners = (count: number): readonly ChildProcess[] =>
  Array.from({ length: count }, () => spawn('sh', ['-c', 'while :; do :; done']));

const endAll = (children: readonly ChildProcess[]): void => {
  for (const child of children) child.kill('SIGKILL');
};

const use = (cpuMs: number, threads: Record<string, number> = {}): ProcessUse => ({
  atMs: 0,
  cpuMs,
  threads: new Map(
    Object.entries(threads).map(([id, waitMs]) => [id, { runMs: 1000 * waitMs, waitMs }]),
  ),
});

describe('The use of a process tree', () => {
  it('includes child processes, even in another session', async () => {
    const shell = startShell('"$0" -e "$1"; read -r line', START_WORK);
    const [line] = (await once(shell.stdout ?? shell, 'data')) as [Buffer];
    const worker = Number(line.toString());
    const pid = shell.pid ?? 0;
    try {
      await readUntil(
        () => treeUse(pid),
        (tree) => (tree?.cpuMs ?? 0) >= 400,
        120_000,
      );

      expect(await processCpuMs(pid)).toBeLessThan(150);
      expect((await treeUse(pid))?.threads.has(String(worker))).toBe(true);
    } finally {
      shell.kill('SIGKILL');
      process.kill(worker, 'SIGKILL');
    }
  });

  it('includes ended processes whose parent waited for them', async () => {
    const work = 'while (process.cpuUsage().user < 200_000);';
    const shell = startShell('"$0" -e "$1"; echo done; read -r line', work);
    await once(shell.stdout ?? shell, 'data');
    const pid = shell.pid ?? 0;
    const [shellMs = 0, tree] = await Promise.all([processCpuMs(pid), treeUse(pid)]);
    shell.kill('SIGKILL');

    expect(tree?.cpuMs).toBeGreaterThan(shellMs + 50);
  });

  it('is unknown for a process that does not exist', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'close');

    expect(await treeUse(gone.pid ?? 0)).toBeUndefined();
  });

  it('has the time that it waited for a core which other programs used', async () => {
    const burners = startBurners(3 * availableParallelism());
    try {
      const { pid = 0 } = burners[0] ?? {};
      const before = await treeUse(pid);
      const used = await readUntil(
        async () => usedBetween(before, await treeUse(pid)),
        (between) => (between?.cpuMs ?? 0) >= 200,
        120_000,
      );

      // Three programs for each core: it waits for two thirds of the time.
      expect((used?.waitMs ?? 0) / (used?.cpuMs ?? 1)).toBeGreaterThan(0.5);
    } finally {
      endAll(burners);
    }
  });
});

describe('The use between two readings', () => {
  it('has the wait of threads that have begun, and leaves out those that have ended', () => {
    const before = use(100, { kept: 40, ended: 900 });

    expect(usedBetween(before, use(350, { kept: 70, begun: 5 }))).toEqual({
      cpuMs: 250,
      waitMs: 35,
    });
  });

  it('has no wait if the system does not report it, and is unknown without a reading', () => {
    expect(usedBetween(use(100), use(120))).toEqual({ cpuMs: 20, waitMs: undefined });
    expect(usedBetween(use(100), undefined)).toBeUndefined();
  });
});

describe('The use of an idle server', () => {
  it('is a share of a core, over at least 0.3 s', async () => {
    const [burner] = startBurners(1);
    const startedAt = performance.now();
    try {
      const share = await (await beginIdle(() => treeUse(burner?.pid ?? 0)))();

      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(299);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1.05);
    } finally {
      endAll(burner === undefined ? [] : [burner]);
    }
  });

  it('is about nothing for a process that sleeps', async () => {
    const sleeper = spawn('sleep', ['60']);
    try {
      expect(await (await beginIdle(() => treeUse(sleeper.pid ?? 0)))()).toBeLessThan(0.05);
    } finally {
      sleeper.kill('SIGKILL');
    }
  });
});
