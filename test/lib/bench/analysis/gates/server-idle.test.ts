import { peakRates, serverIdleGate } from '../../../../../lib/bench/analysis/gates/server-idle.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import { closed } from '../../../../support/recorded-run.ts';
import { otherPath, over, rowOf } from './gate-cells.ts';

const busy = (utilisationPercent: number, rate: number, virtualUsers = 4): SummaryRow =>
  rowOf({
    level: closed(virtualUsers),
    requestRatePerSecond: over(rate),
    nodes: {
      serving: {
        samples: 10,
        cpuBusyShare: 0.2,
        cpuStealShare: 0,
        memoryUsedBytes: 1e9,
        rxBytesPerSecond: 1e6,
        txBytesPerSecond: 1e4,
        gpu: {
          utilisationPercent,
          memoryUsedMiB: 900,
          powerWatts: 60,
          temperatureMaxC: 50,
          smClockMeanMHz: 1500,
          smClockMinMHz: 1500,
        },
      },
    },
  });

const gateOf = (row: SummaryRow, ...others: readonly SummaryRow[]) =>
  serverIdleGate(row, peakRates([row, ...others]));

describe('the gate of the busy GPU', () => {
  it('passes from its limit on where the path gave its most', () => {
    expect(gateOf(busy(50, 100))).toEqual({
      gate: 'server-idle',
      state: 'passed',
      figure: 50,
      limit: 50,
      finding:
        'Where the path gave its most, the GPU was busy 50.0 % of the time; below 50 % is worth a warning.',
    });
  });

  it('warns below it, with where to look', () => {
    const { state, finding, advice } = gateOf(busy(49, 100));

    expect(state).toBe('warned');
    expect(finding).toContain('busy 49.0 % of the time');
    expect(advice).toContain('not bound by the GPU: offer more load');
  });

  it('takes what is within 5 % of the greatest rate for the most of the path', () => {
    expect(gateOf(busy(20, 95), busy(20, 100, 8)).state).toBe('warned');
    expect(gateOf(busy(20, 94), busy(20, 100, 8))).toMatchObject({
      state: 'not-applicable',
      finding:
        'The GPU was busy 20.0 % of the time; at this load the path has not reached its greatest rate.',
    });
  });

  it('holds a path against its own greatest rate only', () => {
    const others = [
      { ...busy(90, 500, 8), path: otherPath },
      { ...busy(90, 500, 8), scenario: 'cold' as const },
    ];

    expect(gateOf(busy(20, 100), ...others).state).toBe('warned');
  });

  it('is unknown without samples of a GPU', () => {
    expect(gateOf(rowOf({ requestRatePerSecond: over(100) }))).toEqual({
      gate: 'server-idle',
      state: 'unknown',
      finding: 'There are no samples of a GPU.',
    });
  });
});
