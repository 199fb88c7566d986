import { resolve } from 'node:path';
import { machineWarnings } from '../../../../lib/bench/run/machine-load.ts';

describe('The warnings before a run', () => {
  it('name a load average of more than one program for each core', () => {
    const [warning, ...others] = machineWarnings({ loadAverage: 9.94, otherRuns: [] }, 2);

    expect(warning).toContain('load average 9.94 on 2 cores');
    expect(others).toEqual([]);
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
