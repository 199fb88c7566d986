import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { whySlowerOf } from '../../../../lib/bench/analysis/why-slower.ts';
import { closed, recordedRun, withMeasurements } from '../../../support/recorded-run.ts';

const run = recordedRun({ repeats: 6, scenarios: ['warm'], levels: [closed(1)] });

/** Time in the model of all servers but the slowest, and of that one. */
const withModel = (ms: number, slowestMs: number) =>
  summarise(
    withMeasurements(run, (record) => {
      const { succeeded, phases } = record.load;
      const { serving } = record.measurement.target;
      return {
        ...record,
        serving: {
          state: 'reported',
          count: succeeded,
          requestMs: succeeded * (phases['upstream']?.meanMs ?? 0),
          computeMs: succeeded * (serving === 'tfserving' ? slowestMs : ms),
        },
      };
    }),
  );

describe('The reason why a target is slower', () => {
  it('is where it takes longer than the fastest, with the most important place first', () => {
    const { slower, moreMs = 0, places = [] } = withModel(10, 10).whySlower ?? {};
    const ofPlaces = places.map((place) => place.moreMs);

    expect(slower?.serving).toBe('tfserving');
    expect(Math.max(...ofPlaces)).toBe(ofPlaces[0]);
    expect(ofPlaces.reduce((total, ms) => total + ms, 0)).toBeCloseTo(moreMs, 6);
  });

  it('is not a model that simulated servers share, but may be that of real servers', () => {
    const summary = withModel(10, 14);
    const placesOf = (runtime: 'simulated' | 'venv') =>
      whySlowerOf({ ...summary, plan: { ...summary.plan, runtime } })?.places.map(
        ({ place }) => place,
      );

    expect(placesOf('simulated')?.length).toBeGreaterThan(0);
    expect(placesOf('simulated')).not.toContain('serving_compute');
    expect(placesOf('venv')).toContain('serving_compute');
  });

  it('is not named if the difference is mostly in that model', () => {
    expect(withModel(1, 18).whySlower).toBeUndefined();
  });
});
