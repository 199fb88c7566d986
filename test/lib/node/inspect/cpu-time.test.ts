import { readFileSync } from 'node:fs';
import { parseCpuStat, parseProcessCpuMs } from '../../../../lib/node/inspect/cpu-time.ts';

describe('the CPU time of a serving', () => {
  it('is what its control group used', () => {
    expect(parseCpuStat('usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n')).toBe(
      1234.567,
    );
    expect(parseCpuStat('')).toBeUndefined();
  });

  it('is what a process and its ended children used, whatever its name', () => {
    expect(parseProcessCpuMs('7 (a ) b) S 1 7 7 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 11 0')).toBe(
      1000,
    );
    const own = parseProcessCpuMs(readFileSync('/proc/self/stat', 'utf8'));
    const { user, system } = process.cpuUsage();
    expect(own).toBeGreaterThan(((user + system) / 1000) * 0.5);
  });
});
