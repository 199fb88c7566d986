import { figuresBetween, memoryIn } from '../../../../../lib/aws/node/sampler/figures-between.ts';
import type { GpuSample, NodeSample } from '../../../../../lib/aws/node/sampler/sample.ts';

const START = 1_700_000_000_000;

/** A sample of a node with two cores that are busy for a share of the time. The node receives 1000 bytes per second. */
const sampleAt = (second: number, busy = 0.25, more: Partial<NodeSample> = {}): NodeSample => ({
  t: START + second * 1000,
  cpu: { total: second * 200, idle: second * 200 * (1 - busy), steal: second * 2 },
  cpuState: {},
  memoryUsedBytes: 1e9 + second,
  net: { rxBytes: second * 1000, txBytes: second * 10 },
  ...more,
});

const linesOf = (samples: readonly NodeSample[]): readonly string[] =>
  samples.map((sample) => JSON.stringify(sample));

const seconds = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const gpu = (utilisationPercent: number): GpuSample => ({
  utilisationPercent,
  memoryUsedMiB: 1000 + utilisationPercent,
  smClockMHz: 1590 - utilisationPercent,
});

describe('what a node used in a window', () => {
  it('is the difference of its counters', () => {
    const lines = linesOf(seconds(0, 20).map((second) => sampleAt(second)));

    expect(figuresBetween(lines, START + 5000, START + 15_000)).toEqual({
      samples: 11,
      cpuBusyShare: 0.25,
      cpuStealShare: 0.01,
      memoryUsedBytes: 1e9 + 15,
      rxBytes: 10_000,
      txBytes: 100,
      cpuState: { before: {}, after: {} },
    });
  });

  it('includes the state of the processor right before and after it', () => {
    const lines = linesOf(
      seconds(0, 20).map((second) => sampleAt(second, 0.25, { cpuState: { smt: second < 16 } })),
    );
    const stateIn = (from: number, to: number) =>
      figuresBetween(lines, START + from * 1000, START + to * 1000)?.cpuState;

    expect(stateIn(5, 13)).toEqual({ before: { smt: true }, after: { smt: true } });
    expect(stateIn(5, 15)).toEqual({ before: { smt: true }, after: { smt: false } });
  });

  it('is interpolated at edges between samples', () => {
    const lines = linesOf(seconds(0, 20).map((second) => sampleAt(second)));

    expect(figuresBetween(lines, START + 5250, START + 7750)).toMatchObject({
      samples: 2,
      rxBytes: 2500,
      txBytes: 25,
    });
  });

  it('excludes what was used before and after', () => {
    const idle = seconds(0, 10).map((second) => sampleAt(second, 0));
    const last = idle.at(-1) ?? sampleAt(0);
    const busy = seconds(1, 10).map((second) => ({
      ...sampleAt(10 + second),
      cpu: { total: last.cpu.total + second * 200, idle: last.cpu.idle, steal: 0 },
    }));
    const lines = linesOf([...idle, ...busy]);

    expect(figuresBetween(lines, START + 2000, START + 8000)?.cpuBusyShare).toBe(0);
    expect(figuresBetween(lines, START + 11_000, START + 18_000)?.cpuBusyShare).toBe(1);
    expect(figuresBetween(lines, START + 5000, START + 15_000)?.cpuBusyShare).toBe(0.5);
  });

  it('leaves out the moment in which counters were reset', () => {
    const before = seconds(100, 103).map((second) => sampleAt(second));
    const after = seconds(1, 4).map((second) => ({
      ...sampleAt(second),
      t: START + (103 + second) * 1000,
    }));

    const figures = figuresBetween(
      linesOf([...before, ...after]),
      START + 100_000,
      START + 107_000,
    );

    expect(figures).toMatchObject({ samples: 8, cpuBusyShare: 0.25, rxBytes: 6000 });
  });

  it('has the packets above each allowance of the network, from the sample before it to the sample after it', () => {
    const lines = linesOf(
      seconds(0, 20).map((second) =>
        sampleAt(second, 0.25, {
          packetsOver: second < 8 ? {} : { packets: 5, ...(second > 12 && { 'bandwidth-out': 3 }) },
        }),
      ),
    );
    const over = (from: number, to: number) =>
      figuresBetween(lines, START + from * 1000, START + to * 1000)?.packetsOver;

    expect(over(1, 6.5)).toEqual({});
    expect(over(1, 7.5)).toEqual({ packets: 5 });
    expect(over(9, 12)).toEqual({});
    expect(over(9, 15)).toEqual({ 'bandwidth-out': 3 });
    expect(over(1, 15)).toEqual({ packets: 5, 'bandwidth-out': 3 });
  });

  it('has the figures of the GPU if samples have them', () => {
    const lines = linesOf([
      sampleAt(0),
      sampleAt(1, 0.25, { gpu: gpu(0) }),
      sampleAt(2, 0.25, { gpu: gpu(90) }),
      sampleAt(3, 0.25, { gpu: gpu(30) }),
      sampleAt(4),
    ]);

    expect(figuresBetween(lines, START, START + 4000)?.gpu).toEqual({
      utilisationMeanPercent: 40,
      memoryUsedMiB: 1090,
      smClockMeanMHz: 1550,
      smClockMinMHz: 1500,
    });
  });

  it('counts the seconds in which the clock of the GPU was held back, by reason', () => {
    const throttled = (second: number, reasons: GpuSample['throttleReasons']): NodeSample =>
      sampleAt(second, 0.25, {
        gpu: { ...gpu(90), throttleReasons: reasons ?? [] },
      });
    const lines = linesOf([
      throttled(1, []),
      throttled(2, ['sw-power-cap']),
      throttled(3, ['sw-power-cap', 'hw-slowdown', 'hw-thermal-slowdown']),
      throttled(4, ['hw-slowdown']),
      sampleAt(5, 0.25, { gpu: gpu(90) }),
    ]);

    expect(figuresBetween(lines, START, START + 6000)?.gpu).toMatchObject({
      throttle: {
        knownSeconds: 4,
        faultSeconds: 2,
        secondsByReason: { 'sw-power-cap': 2, 'hw-slowdown': 2, 'hw-thermal-slowdown': 1 },
      },
    });
  });

  it('ignores lines that are not samples, such as a half-written last one', () => {
    const lines = [
      ...linesOf(seconds(0, 5).map((second) => sampleAt(second))),
      '{"t":1700000006',
      '',
    ];

    expect(figuresBetween(lines, START + 1000, START + 4000)?.rxBytes).toBe(3000);
  });

  it.each([
    ['there is no sample', []],
    ['there is one only', [sampleAt(3)]],
    ['all lie elsewhere', seconds(100, 110).map((second) => sampleAt(second))],
  ])('is not known if %s', (_, samples) => {
    expect(figuresBetween(linesOf(samples), START, START + 10_000)).toBeUndefined();
  });
});

describe('the memory of a node in parts of a window', () => {
  it('is that of the last sample of each part, of the GPU too if there is one', () => {
    const lines = linesOf(
      seconds(0, 20).map((second) =>
        sampleAt(second, 0.25, second < 10 ? {} : { gpu: gpu(second) }),
      ),
    );

    expect(memoryIn(lines, START + 5500, START + 17_500, 3)).toEqual([
      { usedBytes: 1e9 + 9 },
      { usedBytes: 1e9 + 13, gpuUsedMiB: 1013 },
      { usedBytes: 1e9 + 17, gpuUsedMiB: 1017 },
    ]);
  });

  it('is unknown for a part without a sample', () => {
    const lines = [...linesOf([sampleAt(1), sampleAt(9)]), '{"t":1700000006'];

    expect(memoryIn(lines, START, START + 9000, 3)).toEqual([
      { usedBytes: 1e9 + 1 },
      {},
      { usedBytes: 1e9 + 9 },
    ]);
  });
});
