import { noopLimitOf, noopByTarget } from '../../../../../lib/bench/analysis/noop-limit.ts';
import { noopLimitCheck } from '../../../../../lib/bench/analysis/checks/noop-share.ts';
import { measurementOf, loadOf } from './check-measurements.ts';

/** A row of this rate against a no-op backend that carries 100 requests/s. */
const checkAt = (...rates: readonly number[]) => {
  const carried = measurementOf(loadOf(1000, 40));
  const noopLimits = noopByTarget([
    { ...carried, measurement: { ...carried.measurement, engine: 'noop' } },
  ]);
  const measurements = rates.map((rate, index) =>
    measurementOf(loadOf(rate * 10, 50), { repeat: index + 1 }),
  );
  const noopLimit = noopLimitOf(measurements, noopLimits);
  return noopLimitCheck({
    repeats: rates.length,
    ...(noopLimit === undefined ? {} : { noopLimit }),
  });
};

describe('the check of the no-op limit', () => {
  it('passes up to its limit, and fails beyond it with what to do', () => {
    expect(checkAt(70)).toMatchObject({ state: 'passed', figure: 0.7, limit: 0.7 });
    expect(checkAt(71)).toEqual({
      check: 'noop-limit',
      state: 'failed',
      figure: 0.71,
      limit: 0.7,
      finding:
        'The target reached 71.0 % of the 100 requests/s that the rig carries with the no-op backend; limit 70.0 %.',
      advice:
        'The serving may be faster than this: give middleware and load generator more cores, or nodes of their own.',
    });
  });

  it('fails where one repeat of many comes near, and names it', () => {
    expect(checkAt(20, 20, 80)).toMatchObject({
      state: 'failed',
      figure: 0.8,
      finding: expect.stringContaining('Repeat 3 reached 80.0 % of the 100 requests/s') as string,
    });
  });

  it('fails above the no-op limit, and says that the no-op limit is wrong and not the serving fast', () => {
    expect(checkAt(100)).toMatchObject({
      advice: expect.stringContaining('may be faster') as string,
    });
    const { state, advice } = checkAt(90, 110);

    expect(state).toBe('failed');
    expect(advice).toMatch(
      /^The no-op limit is not usable: .* measure again, with --noop-limits each\.$/,
    );
  });

  it('is unknown without a no-op limit, and says how to get one', () => {
    expect(noopLimitCheck({ repeats: 1 })).toEqual({
      check: 'noop-limit',
      state: 'unknown',
      finding: 'What the rig carries on this target is not known.',
      advice: 'Measure with no-op limits, and those in a closed loop too.',
    });
  });
});
