import {
  estimateSeconds,
  calibrationSeconds,
  startsFor,
} from '../../../../lib/bench/plan/estimate-duration.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';
import { closed, planMeasurement, recordedTargets } from '../../../support/recorded-run.ts';

const [target, otherTarget] = recordedTargets();
const warm = (users: number, repeat = 1) => planMeasurement({ level: closed(users), repeat });
const cold = (users: number) => planMeasurement({ scenario: 'cold', level: closed(users) });
const options = resolvePlanOptions({ seed: 1, durationSeconds: 1 });
const aws = (runtime: 'simulated' | 'container') => ({ where: 'aws', runtime }) as const;
/** The calibration of a plan with windows of this length. */
const calibrationOf = (seconds: number): number =>
  calibrationSeconds({
    options,
    targets: [target],
    measurements: [planMeasurement({ durationSeconds: seconds })],
  });

describe('The estimated time of a plan', () => {
  it('includes a start before every cold measurement, and before the first warm one of a group', () => {
    const list = [cold(1), cold(4), warm(1), warm(4), warm(1, 2)];
    const others = [planMeasurement({ engine: 'noop' }), planMeasurement({ target: otherTarget })];

    expect(startsFor([...list, ...others])).toEqual([true, true, true, false, true, true, true]);
  });

  it('includes one start of each server that takes turns with others', () => {
    const turns = [warm(1), planMeasurement({ target: otherTarget, level: closed(1) }), warm(4)];

    expect(startsFor(turns)).toEqual([true, true, false]);
  });

  it('includes one start of a server that makes the same measurement several times', () => {
    const first = warm(1);

    expect(startsFor([first, first, first])).toEqual([true, false, false]);
  });

  it('is longer than the windows, and longer for cold than for warm', () => {
    const windows = 2 * 11;

    expect(estimateSeconds([warm(1), warm(4)])).toBeGreaterThan(windows);
    expect(estimateSeconds([cold(1), cold(4)])).toBeGreaterThan(
      estimateSeconds([warm(1), warm(4)]),
    );
    expect(estimateSeconds([])).toBe(0);
  });

  it('includes the longer start of a real server', () => {
    const noopLimit = planMeasurement({ engine: 'noop' });

    const venv = { where: 'local', runtime: 'venv' } as const;
    expect(estimateSeconds([cold(1)], venv)).toBeGreaterThan(estimateSeconds([cold(1)]) + 3);
    expect(estimateSeconds([noopLimit], venv)).toBe(estimateSeconds([noopLimit]));
  });

  it('includes loading models onto the GPU, and commands for every measurement, on AWS', () => {
    expect(estimateSeconds([cold(1)], aws('simulated'))).toBeCloseTo(
      estimateSeconds([cold(1)]) + 4,
    );
    expect(estimateSeconds([warm(1), warm(4)], aws('simulated'))).toBeCloseTo(
      estimateSeconds([warm(1), warm(4)]) + 6,
    );
    expect(estimateSeconds([cold(1)], aws('container'))).toBeGreaterThan(
      estimateSeconds([cold(1)]) + 30,
    );
  });

  it('includes the bypass run with its warm-up and its load process', () => {
    const measurements = [warm(1), warm(4)];
    const without = estimateSeconds(measurements);
    const withBypass = estimateSeconds(
      measurements.map((measurement) => ({ ...measurement, bypassSeconds: 4 })),
    );

    expect(withBypass).toBeGreaterThan(without + 2 * 5);
    expect(withBypass).toBeLessThan(without + 2 * 7);
  });

  it('has a separate calibration, as long as the windows, up to a limit', () => {
    expect(calibrationOf(1.5)).toBeGreaterThan(1.5);
    expect(calibrationOf(2) - calibrationOf(1.5)).toBeCloseTo(0.5);
    expect(calibrationOf(60)).toBe(calibrationOf(2));
    expect(calibrationSeconds({ options, targets: [], measurements: [] })).toBe(0);
  });
});
