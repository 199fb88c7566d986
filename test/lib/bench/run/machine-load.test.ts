import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { BUSY } from '../../../../lib/bench/analysis/machine.ts';
import { beginMachineLoad, machineWarnings } from '../../../../lib/bench/run/machine-load.ts';
import { readUntil } from '../../../support/read-until.ts';

const BURNER = join(import.meta.dirname, '../../../bench/burner.js');

/** Starts two programs that burn a core each and are no children of this one. */
const startOthers = (): readonly number[] => {
  const script = 'for seed in 1 2; do "$0" "$1" $seed >/dev/null 2>&1 & echo $!; done';
  const output = execFileSync('sh', ['-c', script, process.execPath, BURNER], { encoding: 'utf8' });
  return output.trim().split('\n').map(Number);
};

describe('The load of the machine before a run', () => {
  it('has what other programs use, over at least a second', async () => {
    const startedAt = performance.now();
    await beginMachineLoad([])();
    const tookMs = performance.now() - startedAt;
    const others = startOthers();
    try {
      // Each of them is idle for a while, too.
      const load = await readUntil(
        () => beginMachineLoad([])(),
        ({ othersCpuShare = 0 }) => othersCpuShare >= BUSY.othersCpuShareBefore,
        60_000,
      );

      expect(machineWarnings(load)).toHaveLength(1);
      expect(load.othersCpuShare).toBeLessThanOrEqual(1);
      expect(tookMs).toBeGreaterThanOrEqual(999);
    } finally {
      for (const pid of others) process.kill(pid, 'SIGKILL');
    }
  });

  it('has not what this program and its children use', async () => {
    const end = beginMachineLoad([]);
    const before = process.cpuUsage();
    const endMs = performance.now() + 1200;
    while (performance.now() < endMs);
    const { user, system } = process.cpuUsage(before);
    const { othersCpuShare = 1 } = await end();
    const coresMs = availableParallelism() * 1200;

    expect(othersCpuShare).toBeLessThan(1.1 - (user + system) / 1000 / coresMs);
  });
});

describe('The warnings before a run', () => {
  it('name the cores that other programs use, however many ran in the minute before', () => {
    const load = { loadAverage: 9.94, otherRuns: [] };
    const [warning, ...others] = machineWarnings({ ...load, othersCpuShare: 0.46 }, 2);

    expect(warning).toContain('other programs use 46 % of the 2 cores');
    expect(others).toEqual([]);
    expect(machineWarnings({ ...load, othersCpuShare: 0.06 }, 2)).toEqual([]);
  });

  it('name a load average of more than one program for each core if the system does not say who uses them', () => {
    const [warning] = machineWarnings({ loadAverage: 9.94, otherRuns: [] }, 2);

    expect(warning).toContain(
      'load average of the last minute is 9.94 on 2 cores; if other programs still run',
    );
    expect(machineWarnings({ loadAverage: 1.9, otherRuns: [] }, 2)).toEqual([]);
  });

  it('name each other run, with a folder below the current one as it would be typed', () => {
    const runs = [
      { folder: resolve('results/first'), pid: 123 },
      { folder: '/elsewhere/second\u001b[2J', pid: 45 },
    ];
    const warnings = machineWarnings({ loadAverage: 0, otherRuns: runs }, 2);

    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain(': results/first (process 123)');
    expect(warnings[1]).toContain(String.raw`: /elsewhere/second\u001b[2J (process 45)`);
  });
});
