import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus } from 'node:os';
import { processCpuMs } from '../../../../../lib/bench/load/process-cpu.ts';
import {
  beginIdle,
  machineUse,
  othersShareBetween,
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
  memoryMiB: 0,
  threads: new Map(
    Object.entries(threads).map(([id, waitMs]) => [id, { runMs: 1000 * waitMs, waitMs }]),
  ),
});

const reading = (cpuMs: number, ownCpuMs: number, serving: ProcessUse, atMs: number) => ({
  serving,
  machine: { atMs, cpuMs, ownCpuMs, ownPids: new Set(['7', '8']) },
});

describe('The use of a process tree', () => {
  it('includes child processes, even in another session', async () => {
    const shell = startShell('"$0" -e "$1"; read -r line', START_WORK);
    const [line] = (await once(shell.stdout ?? shell, 'data')) as [Buffer];
    const worker = Number(line.toString());
    const pid = shell.pid ?? 0;
    try {
      await readUntil(
        async () => treeUse(pid),
        (tree) => (tree?.cpuMs ?? 0) >= 400,
        120_000,
      );

      expect(await processCpuMs(pid)).toBeLessThan(150);
      expect(treeUse(pid)?.threads.has(String(worker))).toBe(true);
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
    const tree = treeUse(pid);
    const shellMs = (await processCpuMs(pid)) ?? 0;
    shell.kill('SIGKILL');

    expect(tree?.cpuMs).toBeGreaterThan(shellMs + 50);
  });

  it('is unknown for a process that does not exist', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'close');

    expect(treeUse(gone.pid ?? 0)).toBeUndefined();
  });

  it('has the time that it waited for a core which other programs used', async () => {
    const burners = startBurners(3 * availableParallelism());
    try {
      const { pid = 0 } = burners[0] ?? {};
      const before = treeUse(pid) ?? use(0);
      const used = await readUntil(
        async () => usedBetween(before, treeUse(pid) ?? use(0)),
        ({ cpuMs }) => cpuMs >= 200,
        120_000,
      );

      // Three programs for each core: it waits for two thirds of the time.
      expect((used.waitMs ?? 0) / used.cpuMs).toBeGreaterThan(0.5);
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

  it('has no wait if the system does not report it', () => {
    expect(usedBetween(use(100), use(120))).toEqual({ cpuMs: 20, waitMs: undefined });
  });
});

describe('The use of other programs', () => {
  const coresMs = 1000 * cpus().length;

  it('is the CPU time of the machine without that of this run', () => {
    const before = reading(5000, 300, use(100, { 8: 1 }), 0);
    const after = reading(5000 + coresMs, 300 + coresMs / 4, use(150, { 8: 2 }), 1000);

    expect(othersShareBetween(before, after)).toBeCloseTo(0.75, 10);
  });

  it('does not have that of the server, which is no child of this program in a container', () => {
    const before = reading(5000, 300, use(100, { 99: 1 }), 0);
    const after = reading(5000 + coresMs, 300, use(100 + coresMs / 2, { 99: 2 }), 1000);

    expect(othersShareBetween(before, after)).toBeCloseTo(0.5, 10);
  });

  it('is read from the system', () => {
    const { cpuMs = 0, ownCpuMs = 0, ownPids } = machineUse() ?? {};

    expect(ownCpuMs).toBeGreaterThan(0);
    expect(cpuMs).toBeGreaterThan(ownCpuMs);
    expect(ownPids?.has(String(process.pid))).toBe(true);
  });
});

describe('The use of an idle server', () => {
  it('is a share of a core, over at least 0.3 s', async () => {
    const [burner] = startBurners(1);
    const startedAt = performance.now();
    try {
      const share = await beginIdle(() => treeUse(burner?.pid ?? 0))();

      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(299);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1.05);
    } finally {
      endAll(burner === undefined ? [] : [burner]);
    }
  });

  it('is about nothing for a process that sleeps', async () => {
    const sleeper = spawn('sh', ['-c', 'read -r line']);
    try {
      expect(await beginIdle(() => treeUse(sleeper.pid ?? 0))()).toBeLessThan(0.05);
    } finally {
      sleeper.kill('SIGKILL');
    }
  });
});
