import { modelDifferenceOf } from '../../../../lib/bench/analysis/shared-model.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import {
  closed,
  completedMeasurement,
  evenLoad,
  planMeasurement,
  recordedRun,
  recordedTargets,
  withMeasurements,
} from '../../../support/recorded-run.ts';

const [first, second, third] = recordedTargets();
const simulated = { runtime: 'simulated' } as const;

/** Measurements of a target with these mean times in the model, one for each repeat. */
const repeatsOf = (
  target: typeof first,
  timesMs: readonly number[],
  virtualUsers = 1,
): readonly CompletedMeasurement[] =>
  timesMs.map((ms, at) =>
    completedMeasurement(
      planMeasurement({ target, level: closed(virtualUsers), repeat: at + 1 }),
      evenLoad(10, 10, 1),
      { serving: { state: 'reported', count: 10, computeMs: 10 * ms } },
    ),
  );

const steady = [20, 20.2, 19.9, 20.1];
const shortest = repeatsOf(first, steady);
const longer = (factor: number): readonly number[] => steady.map((ms) => factor * ms);

describe('The time in the model that simulated servers share', () => {
  it('differs if it is surely longer for some targets', () => {
    const noisy = [23, 25, 24, 23.5];
    const difference = modelDifferenceOf(simulated, [
      ...repeatsOf(third, noisy),
      ...shortest,
      ...repeatsOf(second, longer(1.08)),
    ]);

    expect(difference?.targets).toEqual([second, third]);
    expect(difference?.least).toBeCloseTo(0.08);
    expect(difference?.most).toBeCloseTo(0.19, 1);
  });

  it.each([
    ['less than caches may cause', longer(1.05), 1],
    ['no more than its noise', [15, 36, 22, 40], 1],
    ['with several users, whose requests share the cores with the model', longer(1.3), 4],
    ['with too few repeats', longer(1.3).slice(0, 2), 1],
  ])('does not differ: %s', (_, timesMs, users) => {
    const records = [...repeatsOf(first, steady, users), ...repeatsOf(second, timesMs, users)];

    expect(modelDifferenceOf(simulated, records)).toBeUndefined();
  });

  it('may differ between real servers', () => {
    const records = [...shortest, ...repeatsOf(second, longer(1.3))];

    expect(modelDifferenceOf({ runtime: 'running' }, records)).toBeUndefined();
    expect(modelDifferenceOf({ runtime: 'venv' }, records)).toBeUndefined();
  });

  it('counts all windows of a repeat', () => {
    const [one = 0, ...rest] = longer(1.3);
    const windows = [...repeatsOf(second, [one, ...rest]), ...repeatsOf(second, [one])];

    expect(modelDifferenceOf(simulated, [...shortest, ...windows])).toMatchObject({
      targets: [second],
    });
  });
});

describe('A run of simulated servers', () => {
  const run = recordedRun({ repeats: 6, scenarios: ['warm'], levels: [closed(1)] });
  /** Time in the model of all servers but the slowest, and of that one. */
  const withModel = (ms: number, slowestMs: number, othersCpuShare = 0.5) =>
    summarise(
      withMeasurements(run, (record) => {
        const { serving } = record.measurement.target;
        const computeMs = record.load.succeeded * (serving === 'tfserving' ? slowestMs : ms);
        const requestMs = record.load.succeeded * (record.load.phases['upstream']?.meanMs ?? 0);
        const counters = { count: record.load.succeeded, requestMs, computeMs };
        return {
          ...record,
          serving: { state: 'reported', ...counters },
          servingUse: { cpuMs: 100, waitMs: 100, answers: record.load.answers },
          othersCpuShare,
        };
      }),
    );

  it('says that the model took longer for a server', () => {
    expect(withModel(10, 14).notices).toContainEqual(
      expect.objectContaining({ code: 'model-differs', targets: [expect.anything()] }),
    );
  });

  it('does not say so if no other programs ran, because the API may be the cause', () => {
    expect(withModel(10, 14, 0).notices.map(({ code }) => code)).not.toContain('model-differs');
  });
});
