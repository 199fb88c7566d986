import { gpuThrottledCheck } from '../../../../../lib/bench/analysis/checks/gpu-throttled.ts';
import { rowChecks } from '../../../../../lib/bench/analysis/checks/row-checks.ts';
import { calibrationCheck } from '../../../../../lib/bench/analysis/checks/calibration.ts';
import { peakRates } from '../../../../../lib/bench/analysis/checks/server-idle.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import type { GpuThrottle } from '../../../../../lib/deployment/gpu-throttle.ts';
import { measurementOf, loadOf, rowOf } from './check-measurements.ts';

const gpuMeasurement = (throttle: GpuThrottle | undefined, repeat = 1): CompletedMeasurement => ({
  ...measurementOf(loadOf(400, 100), { repeat }),
  nodes: {
    serving: {
      samples: 20,
      cpuBusyShare: 0.2,
      cpuStealShare: 0,
      memoryUsedBytes: 1e9,
      rxBytes: 1e6,
      txBytes: 1e4,
      gpu: {
        utilisationMeanPercent: 95,
        memoryUsedMiB: 900,
        powerMeanWatts: 69,
        temperatureMaxC: 84,
        smClockMeanMHz: 1500,
        smClockMinMHz: 585,
        ...(throttle === undefined ? {} : { throttle }),
      },
    },
  },
});

const throttled = (
  faultSeconds: number,
  secondsByReason: GpuThrottle['secondsByReason'] = {},
): GpuThrottle => ({ knownSeconds: 20, faultSeconds, secondsByReason });

describe('the check of the throttled GPU', () => {
  it('passes a GPU at its clock', () => {
    expect(gpuThrottledCheck([gpuMeasurement(throttled(0))])).toEqual({
      check: 'gpu-throttled',
      state: 'passed',
      figure: 0,
      limit: 0.05,
      finding: 'Heat or its hardware slowed the GPU down in 0 of 20 s, 0 %; limit 5.00 %.',
    });
  });

  it('fails where heat held its clock back for more than a twentieth of the time', () => {
    const { state, figure, finding, advice } = gpuThrottledCheck([
      gpuMeasurement(
        throttled(2, { 'sw-power-cap': 20, 'hw-slowdown': 2, 'hw-thermal-slowdown': 2 }),
      ),
    ]);

    expect({ state, figure }).toEqual({ state: 'failed', figure: 0.1 });
    expect(finding).toBe(
      'Heat or its hardware slowed the GPU down in 2 of 20 s, 10.0 %; limit 5.00 %. What held its clock back: heat, by the hardware 2 s, the hardware 2 s, the power cap 20 s.',
    );
    expect(advice).toContain('cool down');
  });

  it('lets a single second of twenty pass, as a change between power states may look like it', () => {
    expect(gpuThrottledCheck([gpuMeasurement(throttled(1, { 'hw-slowdown': 1 }))]).state).toBe(
      'passed',
    );
  });

  it('names the power cap and does not fail by it', () => {
    const { state, finding } = gpuThrottledCheck([
      gpuMeasurement(throttled(0, { 'sw-power-cap': 20 })),
    ]);

    expect(state).toBe('passed');
    expect(finding).toContain('What held its clock back: the power cap 20 s.');
  });

  it('is unknown where no GPU tells reasons', () => {
    const unknown = { check: 'gpu-throttled', state: 'unknown' };

    expect(gpuThrottledCheck([measurementOf(loadOf(400, 100))])).toMatchObject(unknown);
    expect(gpuThrottledCheck([gpuMeasurement(undefined)])).toMatchObject(unknown);
  });

  it('fails a row by one of its repeats', () => {
    const measurements = [
      throttled(0),
      throttled(0),
      throttled(3, { 'sw-thermal-slowdown': 3 }),
    ].map((throttle, index) => gpuMeasurement(throttle, index + 1));
    const row = rowOf({ repeats: 3 });
    const check = rowChecks(row, measurements, peakRates([row]), calibrationCheck([])).find(
      (one) => one.check === 'gpu-throttled',
    );

    expect(check).toMatchObject({ state: 'failed', figure: 0.15 });
    expect(check?.finding).toMatch(/^Repeat 3: Heat .* heat, by the driver 3 s\.$/);
  });
});
