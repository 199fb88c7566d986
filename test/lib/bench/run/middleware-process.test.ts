import { readSnapshot, useBetween } from '../../../../lib/bench/run/middleware-process.ts';

const page = (first: number, second: number): string => `# HELP process_cpu_seconds_total CPU time.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total{process="1"} ${first}
process_cpu_seconds_total{process="2"} ${second}
other_metric{process="1"} 7
`;

describe('The CPU use of the middleware', () => {
  it('is the difference between two snapshots of its metrics, over all processes', () => {
    const use = useBetween(readSnapshot(page(1, 2), 0), readSnapshot(page(1.5, 2.25), 1000), 1000);

    expect(use).toEqual({ cpuMs: 750, busiestCpuShare: 0.5 });
  });

  it('is scaled to the window, because the snapshots are late', () => {
    const use = useBetween(readSnapshot(page(1, 2), 0), readSnapshot(page(2, 2), 1250), 1000);

    expect(use.cpuMs).toBeCloseTo(800);
  });

  it('counts a process that started in between from its start', () => {
    const [line = ''] = page(1, 2).split('process_cpu_seconds_total{process="2"}');
    const use = useBetween(readSnapshot(line, 0), readSnapshot(page(1, 0.1), 1000), 1000);

    expect(use.cpuMs).toBeCloseTo(100);
  });
});
