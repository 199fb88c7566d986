import {
  contradictions,
  resolvePlanOptions,
} from '../../../../lib/bench/plan/resolve-plan-options.ts';

describe('The options of a plan', () => {
  it('are the given ones, then those of the profile', () => {
    const options = resolvePlanOptions({ profile: 'replicate-2021', repeats: 2 });

    expect(options).toMatchObject({ repeats: 2, durationSeconds: 60, levelOrder: 'ascending' });
  });

  it('have the p99 limit of MLPerf, 15 ms, in the profile slo if no other is given', () => {
    expect(resolvePlanOptions({ profile: 'slo' }).sloP99Ms).toEqual([15]);
    expect(resolvePlanOptions({ profile: 'slo', sloP99Ms: [20] }).sloP99Ms).toEqual([20]);
  });

  it('have middleware settings only if the profile does', () => {
    expect(resolvePlanOptions({ profile: 'replicate-2021' }).middleware).toBeUndefined();
    expect(resolvePlanOptions({ profile: 'study-rig' })).toMatchObject({
      timeoutMs: 60_000,
      middleware: { processes: 1, restTimeoutMs: 10_000, imagesDrawnBy: 'middleware' },
    });
  });

  it('get a random seed if none is given', () => {
    expect(resolvePlanOptions({}).seed).toBeGreaterThan(0);
    expect(resolvePlanOptions({ seed: 0 }).seed).toBe(0);
  });

  it('have a bypass run that depends on the profile and the place', () => {
    const places = ['local', 'aws'] as const;
    const secondsOf = (profile: 'quick' | 'replicate-2021') =>
      places.map((where) => resolvePlanOptions({ profile }, where).bypassSeconds);

    expect(secondsOf('quick')).toEqual([0, 1]);
    expect(secondsOf('replicate-2021')).toEqual([5, 5]);
    expect(resolvePlanOptions({ bypassSeconds: 0 }, 'aws').bypassSeconds).toBe(0);
  });
});

describe('Given options', () => {
  it('contradict a plan only if a different value was given', () => {
    const planned = resolvePlanOptions({ repeats: 2, servings: ['tfserving', 'torchserve'] });

    expect(contradictions({}, planned)).toEqual([]);
    expect(contradictions({ servings: ['torchserve', 'tfserving'], repeats: 2 }, planned)).toEqual(
      [],
    );
    expect(contradictions({ servings: ['torchserve'], repeats: 3 }, planned)).toEqual([
      'servings',
      'repeats',
    ]);
  });
});
