import {
  peakRates,
  serverIdleCheck,
} from '../../../../../lib/bench/analysis/checks/server-idle.ts';
import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import { closed } from '../../../../support/recorded-run.ts';
import { otherTarget, over, rowOf } from './check-measurements.ts';

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

const checkOf = (row: SummaryRow, ...others: readonly SummaryRow[]) =>
  serverIdleCheck(row, peakRates([row, ...others]));

describe('the check of the busy GPU', () => {
  it('passes from its limit on where the target gave its most', () => {
    expect(checkOf(busy(50, 100))).toEqual({
      check: 'server-idle',
      state: 'passed',
      figure: 50,
      limit: 50,
      finding:
        'Where the target gave its most, the GPU was busy 50.0 % of the time; below 50 % is worth a warning.',
    });
  });

  it('warns below it, with where to look', () => {
    const { state, finding, advice } = checkOf(busy(49, 100));

    expect(state).toBe('warned');
    expect(finding).toContain('busy 49.0 % of the time');
    expect(advice).toContain('not bound by the GPU: offer more load');
  });

  it('takes what is within 5 % of the greatest rate for the most of the target', () => {
    expect(checkOf(busy(20, 95), busy(20, 100, 8)).state).toBe('warned');
    expect(checkOf(busy(20, 94), busy(20, 100, 8))).toMatchObject({
      state: 'not-applicable',
      finding:
        'The GPU was busy 20.0 % of the time; at this load the target has not reached its greatest rate.',
    });
  });

  it('holds a target against its own greatest rate only', () => {
    const others = [
      { ...busy(90, 500, 8), target: otherTarget },
      { ...busy(90, 500, 8), scenario: 'cold' as const },
    ];

    expect(checkOf(busy(20, 100), ...others).state).toBe('warned');
  });

  it('is unknown without samples of a GPU', () => {
    expect(checkOf(rowOf({ requestRatePerSecond: over(100) }))).toEqual({
      check: 'server-idle',
      state: 'unknown',
      finding: 'There are no samples of a GPU.',
    });
  });
});
