import { seedOf } from '../../../../lib/bench/run/load-requests.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

describe('The seed of the requests of a measurement', () => {
  it('is the same for all targets at one level, and differs between repeats', () => {
    const { plan } = recordedRun({ levels: [closed(4)], repeats: 2 });
    const seeds = [1, 2].map((repeat) => [
      ...new Set(
        plan.measurements
          .filter((measurement) => measurement.repeat === repeat)
          .map((measurement) => seedOf(plan, measurement)),
      ),
    ]);

    expect(plan.targets.length).toBeGreaterThan(1);
    expect(seeds.map(({ length }) => length)).toEqual([1, 1]);
    expect(seeds[0]).not.toEqual(seeds[1]);
  });
});
