import { join } from 'node:path';
import type { ManyServer } from '../../../../../lib/bench/analysis/many/many-types.ts';
import { manyOf } from '../../../../../lib/bench/analysis/many/summary.ts';
import type { CompletedMany, Reading } from '../../../../../lib/bench/model/many-models.ts';
import { readRunFolder, type RunData } from '../../../../../lib/bench/results/run-folder.ts';

const recorded = join(import.meta.dirname, '../../../../../lib/docs/many-run');

const reading = (models: number, MiB: number): Reading => ({
  models,
  MiB,
  processes: 1,
  threads: 8,
});

describe('the summary of a run with many models', () => {
  let data: RunData;
  let flask: CompletedMany;
  beforeAll(async () => {
    data = await readRunFolder(recorded);
    const found = data.records.find(
      (record) =>
        record.kind === 'many-models' &&
        record.state === 'completed' &&
        record.target.serving === 'flask',
    );
    flask = found as CompletedMany;
  });

  /** The record of Flask with other values in it. */
  const summaryWith = (values: Partial<CompletedMany>): ManyServer | undefined =>
    manyOf(data.plan, [{ ...flask, ...values }])?.servers[0];

  const afterUnloadOf = (perModelMiB: number, left: number, perCycle: number) =>
    summaryWith({
      readings: [1, 6, 11].map((models) => reading(models, 100 + (models - 1) * perModelMiB)),
      afterUnload: reading(1, 100 + left),
      cycles: [1, 2, 3].map((cycle) => reading(1, 100 + left + cycle * perCycle)),
    })?.memory.afterUnload;

  const silent = (longestMs: number) => ({ ...flask.control, longestMs });

  const kindOf = (unknown: CompletedMany['unknown']) =>
    summaryWith({ unknown })?.errors.unknown?.kind;

  it('has a row for each server and protocol, the least memory for a further model first', () => {
    const { servers = [], failed, missing } = manyOf(data.plan, data.records) ?? {};
    const slopes = servers.map(({ memory }) => memory.perModelMiB?.value ?? NaN);
    expect(slopes).toHaveLength(12);
    expect(slopes).toEqual(slopes.toSorted((a, b) => a - b));
    expect({ failed, missing }).toEqual({ failed: [], missing: 0 });
    expect(new Set(servers.map(({ over }) => over))).toEqual(new Set(['grpc', 'rest', undefined]));
  });

  it('is absent for other runs', () => {
    expect(manyOf({ ...data.plan, many: undefined }, data.records)).toBeUndefined();
  });

  it('has the slope of memory over the number of models, from three numbers on', () => {
    const readings = [reading(1, 100), reading(2, 104), reading(3, 108), reading(4, 112)];
    const memory = summaryWith({ readings })?.memory;
    expect(memory?.perModelMiB?.value).toBeCloseTo(4);
    expect(memory?.fits).toBe(40);
    const larger = readings.map((each) => ({ ...each, MiB: 400 * each.models }));
    expect(summaryWith({ readings: larger })?.memory.fits).toBe(10);
    expect(summaryWith({ readings: readings.slice(0, 2) })?.memory.perModelMiB).toBeUndefined();
  });

  it('says what unloading does with memory, unless the models are too small to tell', () => {
    expect(afterUnloadOf(4, 2, 0)).toBe('returned');
    expect(afterUnloadOf(4, 30, 0.2)).toBe('kept-and-reused');
    expect(afterUnloadOf(4, 30, 20)).toBe('grows');
    // 1 MiB in all, of which noise of 0.4 MiB is a large share.
    expect(afterUnloadOf(0.1, 0.9, 0.4)).toBeUndefined();
  });

  it('says that neighbours wait only if they are silent for most of a load, beyond what the machine alone does', () => {
    const loadingOf = (silenceMs: number, burnMs: number, answerMs = 1000) =>
      summaryWith({
        control: silent(5),
        burn: silent(burnMs),
        slow: flask.slow.map((load) => ({ ...load, answerMs, neighbour: silent(silenceMs) })),
      })?.neighbour.loading;

    expect(loadingOf(900, 20)).toBe('waits');
    expect(loadingOf(60, 20)).toBe('goes-on');
    expect(loadingOf(300, 20)).toBe('unclear');
    // The machine alone is silent for most of the load.
    expect(loadingOf(900, 600)).toBe('unclear');
    expect(summaryWith({ how: 'restart' })?.neighbour.loading).toBe('restart');
  });

  it('names mix-ups apart from other wrong answers', () => {
    const asked = { outcome: 'wrong', status: '200', ms: 1 } as const;
    const server = summaryWith({
      asked: {
        answers: 9,
        wrong: [
          { ...asked, model: 'a', outcome: 'mixed-up', answeredBy: 'b' },
          { ...asked, model: 'c' },
        ],
      },
    });
    expect(server).toMatchObject({ mixedUp: [{ asked: 'a', answeredBy: 'b' }], wrong: 1 });
  });

  it('tells a clear refusal of an unknown name from a vague one, a hanging one and an answer', () => {
    const failed = { outcome: 'failed', ms: 3 } as const;
    expect(kindOf({ ...failed, status: '404' })).toBe('clear');
    expect(kindOf({ ...failed, status: '500', text: 'model x is not loaded' })).toBe('clear');
    expect(kindOf({ ...failed, status: '500', text: 'error' })).toBe('vague');
    expect(kindOf({ ...failed, status: 'timeout', ms: 10_000 })).toBe('hangs');
    expect(kindOf({ ...failed, status: '200' })).toBe('answers');
  });

  it('withholds the spread over models if the rate of one changed, or the load generator was busy', () => {
    const [spread] = flask.spread;
    const spreadWith = (values: object) =>
      summaryWith({
        spread:
          spread === undefined
            ? []
            : [{ ...spread, one: [100, 100], generatorShare: 0.2, ...values }],
      })?.spread[0];
    expect(spreadWith({ uniform: 80, zipf: 90 })).toMatchObject({ uniform: 0.8, zipf: 0.9 });
    expect(spreadWith({ one: [100, 120] })).toMatchObject({ withheld: 'unsteady' });
    expect(spreadWith({ generatorShare: 0.9 })).toMatchObject({ withheld: 'generator' });
  });
});
