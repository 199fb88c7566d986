import { nodeUse, pairSpreadOf } from '../../../../lib/bench/analysis/nodes.ts';
import type { NodeFigures } from '../../../../lib/aws/contract/node-figures.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import { closed, isCompleted, recordedRun } from '../../../support/recorded-run.ts';
import { onPairs, withRates } from './comparison/run-on-pairs.ts';

const figures = (overrides: Partial<NodeFigures> = {}): NodeFigures => ({
  samples: 10,
  cpuBusyShare: 0.5,
  cpuStealShare: 0,
  memoryUsedBytes: 1000,
  rxBytes: 5000,
  txBytes: 20_000,
  ...overrides,
});
const gpu = {
  utilisationMeanPercent: 80,
  memoryUsedMiB: 1024,
  smClockMeanMHz: 1550,
  smClockMinMHz: 1500,
};

describe('The resource use of a node over repeats', () => {
  it('weights each repeat by its samples, and takes the extremes of memory and clock', () => {
    const use = nodeUse([
      figures({ gpu }),
      figures({
        samples: 30,
        cpuBusyShare: 0.9,
        memoryUsedBytes: 3000,
        rxBytes: 35_000,
        gpu: { ...gpu, utilisationMeanPercent: 40, smClockMeanMHz: 1150, smClockMinMHz: 900 },
      }),
    ]);

    expect(use).toMatchObject({
      samples: 40,
      cpuBusyShare: 0.8,
      memoryUsedBytes: 3000,
      rxBytesPerSecond: 1000,
      txBytesPerSecond: 1000,
      gpu: { utilisationPercent: 50, smClockMeanMHz: 1250, smClockMinMHz: 900 },
    });
  });

  it('adds up the time in which the GPU was throttled', () => {
    const throttle = { knownSeconds: 10, faultSeconds: 2, secondsByReason: { 'hw-slowdown': 2 } };
    const use = nodeUse([
      figures({ gpu: { ...gpu, throttle } }),
      figures({
        samples: 30,
        gpu: {
          ...gpu,
          throttle: { knownSeconds: 30, faultSeconds: 0, secondsByReason: { 'sw-power-cap': 5 } },
        },
      }),
    ]);

    expect(use?.gpu).toMatchObject({
      throttle: {
        knownSeconds: 40,
        faultSeconds: 2,
        secondsByReason: { 'hw-slowdown': 2, 'sw-power-cap': 5 },
      },
    });
  });

  it('leaves out repeats without samples, and has no GPU if there is none', () => {
    expect(nodeUse([undefined, figures(), figures({ samples: 0, cpuBusyShare: 1 })])).toEqual({
      samples: 10,
      cpuBusyShare: 0.5,
      cpuStealShare: 0,
      memoryUsedBytes: 1000,
      rxBytesPerSecond: 500,
      txBytesPerSecond: 2000,
    });
  });

  it('is undefined if no repeat has samples', () => {
    expect(nodeUse([undefined, figures({ samples: 0 })])).toBeUndefined();
  });
});

const recorded = recordedRun({ repeats: 9, scenarios: ['warm'], levels: [closed(4), closed(16)] });
/** A run on several machines in which all repeats of a row have the same rate, times a factor. */
const measured = (machines: number, factorOf: (measurement: CompletedMeasurement) => number) => {
  const even = withRates(recorded, (measurement) => 50 / measurement.load.requestRatePerSecond);
  const shared = onPairs(
    even,
    Array.from({ length: machines }, (_, index) => `m${index}`),
  );
  return withRates(shared, factorOf);
};
const spreadOf = ({ records }: typeof recorded) => pairSpreadOf(records.filter(isCompleted));

describe('The variation between machines', () => {
  it('is the rate of each pair divided by their mean, over all rows', () => {
    const spread = spreadOf(measured(3, ({ pair }) => (pair === 2 ? 1.1 : 1)));
    const middle = 1.1 ** (1 / 3);

    expect(spread).toEqual([
      { pair: 1, repeats: 3, rateShare: expect.closeTo(1 / middle) as number },
      { pair: 2, repeats: 3, rateShare: expect.closeTo(1.1 / middle) as number },
      { pair: 3, repeats: 3, rateShare: expect.closeTo(1 / middle) as number },
    ]);
  });

  it('is unknown with fewer than two pairs', () => {
    expect(spreadOf(measured(9, () => 1))).toHaveLength(9);
    expect(spreadOf(measured(1, () => 1))).toBeUndefined();
    expect(spreadOf(recorded)).toBeUndefined();
  });
});
