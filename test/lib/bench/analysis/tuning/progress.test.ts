import { FINAL } from '../../../../../lib/bench/analysis/tuning/limit-rate.ts';
import { tuningProgress } from '../../../../../lib/bench/analysis/tuning/progress.ts';
import type { Measurement } from '../../../../../lib/bench/model/measurement.ts';
import type { MeasurementRecord } from '../../../../../lib/bench/model/record.ts';
import { usualSettings } from '../../../../../lib/bench/plan/tuning.ts';
import { settingsId, type Settings } from '../../../../../serving-configs/settings.ts';
import { failedMeasurement } from '../../../../support/recorded-run.ts';
import { measureOn, searched, tunedPlan } from '../../../../support/tuned-plan.ts';

const server = { fixedMs: 8, perInputMs: 2 };
const all: readonly Settings[] = ['default', ...usualSettings(2)];
const plan = tunedPlan(all, { seed: 3 });

const idOf = ({ target }: { readonly target: Measurement['target'] }): string =>
  settingsId(target.settings ?? 'default');

const finalistsOf = (records: readonly MeasurementRecord[], of = plan): readonly string[] =>
  tuningProgress(of, records)
    .searching.filter(({ finals }) => finals.length > 0)
    .map(idOf)
    .toSorted();

/** Measures like the server, except for the settings with this id. */
const unless = (
  id: string,
  otherwise: (record: MeasurementRecord) => MeasurementRecord,
): ((measurement: Measurement) => MeasurementRecord) => {
  const measure = measureOn(server, 5);
  return (measurement) => {
    const record = measure(measurement);
    return idOf(measurement) === id ? otherwise(record) : record;
  };
};

const loaded = (
  record: MeasurementRecord,
  load: Partial<Extract<MeasurementRecord, { state: 'completed' }>['load']>,
): MeasurementRecord =>
  record.state === 'completed' ? { ...record, load: { ...record.load, ...load } } : record;

/** The repeats in which settings were measured. */
const repeatsOf = (records: readonly MeasurementRecord[], id: string): readonly number[] => [
  ...new Set(
    records.flatMap(({ measurement }) => (idOf(measurement) === id ? [measurement.repeat] : [])),
  ),
];

/** The settings in the order in which they were measured in a repeat. */
const orderIn = (records: readonly MeasurementRecord[], repeat: number): readonly string[] => [
  ...new Set(
    records.flatMap(({ measurement }) =>
      measurement.repeat === repeat ? [idOf(measurement)] : [],
    ),
  ),
];

describe('a search for settings', () => {
  const records = searched(plan, measureOn(server, 5));

  it('ends with the two best settings and the defaults in all repeats of the finals', () => {
    expect(finalistsOf(records)).toEqual(['default', 'i2-t1-b8-d0', 'i2-t1-b8-d5']);
    const { searching } = tuningProgress(plan, records);
    for (const { finals } of searching.filter((of) => of.finals.length > 0)) {
      expect(finals).toHaveLength(FINAL.trials * plan.options.repeats);
    }
  });

  it('starts every server afresh in each round', () => {
    expect(repeatsOf(records, 'i2-t1-b8-d5')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(repeatsOf(records, 'i1-t1-b1-d0')).toEqual([1]);
  });

  it('mirrors the order of the finals in every second repeat', () => {
    expect(orderIn(records, 4)).toEqual(orderIn(records, 3).toReversed());
  });

  it.each([0.1, 0.5, 0.9])('goes on where it stopped after %f of its measurements', (share) => {
    const done = Math.floor(share * records.length);

    expect(tuningProgress(plan, records.slice(0, done)).next).toEqual(records[done]?.measurement);
    expect(tuningProgress(plan, records.slice(0, done)).done).toBe(done);
  });

  it('expects about as many measurements as it makes', () => {
    const { rest } = tuningProgress(plan, []);

    expect(rest.length / records.length).toBeGreaterThan(0.75);
    expect(rest.length / records.length).toBeLessThan(1.33);
  });

  it('does not double the users of a ladder any further once the limit is missed', () => {
    const slow = { fixedMs: 60, perInputMs: 0 };
    const users = searched(plan, measureOn(slow, 1)).flatMap(({ measurement }) =>
      idOf(measurement) === 'i1-t1-b1-d0' && measurement.level.loop === 'closed'
        ? [measurement.level.virtualUsers]
        : [],
    );

    expect(users).toEqual([1, 2]);
  });

  it('leaves out a setting that does not start, with the reason', () => {
    const failing = searched(
      plan,
      unless('i2-t1-b8-d5', ({ measurement }) => failedMeasurement(measurement, 'it ended')),
    );
    const { searching } = tuningProgress(plan, failing);

    expect(searching.find((of) => idOf(of) === 'i2-t1-b8-d5')?.out).toMatchObject({
      code: 'failed',
      message: 'it ended',
    });
    expect(finalistsOf(failing)).not.toContain('i2-t1-b8-d5');
  });

  it('leaves out a setting whose batches have wrong answers, however fast they are', () => {
    const wrong = searched(
      plan,
      unless('i2-t1-b8-d0', (record) => loaded(record, { wrongAnswers: 7, answers: 80 })),
    );
    const { searching } = tuningProgress(plan, wrong);

    expect(searching.find((of) => idOf(of) === 'i2-t1-b8-d0')?.out).toEqual({
      code: 'wrong-answers',
      wrong: 7,
      answers: 80,
    });
    expect(finalistsOf(wrong)).not.toContain('i2-t1-b8-d0');
  });

  it('has no finals if the limit is missed by a single user already', () => {
    const hopeless = searched(plan, measureOn({ fixedMs: 150, perInputMs: 1 }, 1));
    const { searching } = tuningProgress(plan, hopeless);

    expect(new Set(searching.map(({ out }) => out?.code))).toEqual(new Set(['too-slow']));
    expect(finalistsOf(hopeless)).toEqual([]);
  });

  it('keeps the best of each server, so that a slow one is seen at its best, too', () => {
    const two = tunedPlan(all, { seed: 3, servers: 2 });
    const [first] = two.targets;
    const measureSlow = measureOn({ fixedMs: 24, perInputMs: 6 }, 2);
    const measureFast = measureOn(server, 1);
    const records2 = searched(two, (measurement) =>
      measurement.target.serving === first?.serving
        ? measureSlow(measurement)
        : measureFast(measurement),
    );
    const { searching } = tuningProgress(two, records2);
    const finals = searching.filter((of) => of.finals.length > 0);

    expect(finals.filter(({ target }) => target.serving === first?.serving)).toHaveLength(3);
    expect(finals).toHaveLength(6);
  });
});
