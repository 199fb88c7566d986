import { manyOf } from '../../../../../lib/bench/analysis/many/summary.ts';
import type { ManyServer } from '../../../../../lib/bench/analysis/many/many-types.ts';
import type { ManyFigures } from '../../../../../lib/bench/model/many-models.ts';
import type { Plan } from '../../../../../lib/bench/model/plan.ts';
import { measureKnown, type KnownTruth } from '../../../../support/known-models.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';

const target = {
  serving: 'flask',
  protocol: 'rest',
  payload: 'tensors',
  encoding: 'json',
} as const;

/** What a summary says of a server with these figures. */
const summarised = (figures: ManyFigures): ManyServer => {
  const record = {
    kind: 'many-models',
    target,
    startedAt: '',
    finishedAt: '',
    ...figures,
  } as const;
  const many = { counts: [1, 9] };
  const summary = manyOf({ many, targets: [target] } as unknown as Plan, [record]);
  const [server] = summary?.servers ?? [];
  if (server === undefined) throw new Error('no server');
  return server;
};

const measured = async (
  truth: Partial<KnownTruth>,
  counts: readonly number[] = [1, 9],
  more: Parameters<typeof measureKnown>[3] = {},
): Promise<ManyServer> => summarised(await measureKnown(newFolder(), truth, counts, more));

describe('a server of many models whose truth is known', () => {
  let good: ManyServer;
  let bad: ManyServer;
  beforeAll(async () => {
    good = await measured({ MiB: 8, loadMs: 50, loadMsPerModel: 30 });
    bad = await measured({
      MiB: 20,
      loadMs: 600,
      blocks: 'one-of-8',
      afterUnload: 'kept',
      mixesUp: { model: 'model-5', at: 7 },
      listsAtMost: 4,
      answersUnknown: true,
      lateMs: 200,
    });
  }, 180_000);

  it('has its memory per model within 10 %, with an interval', () => {
    for (const [{ memory }, MiB] of [
      [good, 8],
      [bad, 20],
    ] as const) {
      expect(memory.perModelMiB?.value).toBeGreaterThan(0.9 * MiB);
      expect(memory.perModelMiB?.value).toBeLessThan(1.1 * MiB);
      expect(memory.perModelMiB?.interval?.low).toBeLessThan(memory.perModelMiB?.value ?? 0);
      expect(memory.processesPerModel).toBeCloseTo(0);
      expect(memory.isSameProcess).toBe(true);
    }
  });

  it('has the time until a new model answers, which grows with the models that are there', () => {
    expect(good.load.medianMs).toBeGreaterThanOrEqual(50 + 4 * 30);
    expect(good.load.worstMs).toBeGreaterThanOrEqual(50 + 8 * 30);
    expect(good.load).toMatchObject({ failed: 0, tooEarly: 0 });
  });

  it('is said to return memory, or to keep and reuse it', () => {
    expect(good.memory.afterUnload).toBe('returned');
    expect(bad.memory.afterUnload).toBe('kept-and-reused');
  });

  it('is said to block its neighbours even if only one of eight connections waits', () => {
    expect(bad.neighbour.loading).toBe('waits');
    expect(bad.neighbour.slow?.silenceMs).toBeGreaterThan(300);
    expect(good.neighbour.loading).not.toBe('waits');
  });

  it('is caught when one answer is another model’s', () => {
    expect(bad.mixedUp).toEqual([{ asked: 'model-5', answeredBy: 'model-6' }]);
    expect(good).toMatchObject({ mixedUp: [], wrong: 0 });
  });

  it('is caught when it says too early that a model is loaded', () => {
    // On a busy machine, the next request may come late.
    expect(bad.load.tooEarly).toBeGreaterThan(0);
  });

  it('is caught when its list is cut, or it answers for a model that it does not have', () => {
    expect(bad.listsOthers).toEqual({ listed: 4, models: 9 });
    expect(bad.errors.unknown).toMatchObject({ kind: 'answers', status: '200' });
    expect(good.listsOthers).toBeUndefined();
    expect(good.errors.unknown).toMatchObject({ kind: 'clear', status: '404' });
    expect(good.errors.unloaded).toMatchObject({ kind: 'clear' });
  });

  it('refuses a broken file, and works afterwards', () => {
    expect(good.errors.broken).toEqual({
      kind: 'refused',
      othersRight: true,
      laterLoads: true,
      repaired: true,
    });
    expect(good.leftOver).toBe(0);
  });

  it('has the rate over all models as a share of the rate of one', async () => {
    // Switching doubles the time of an answer.
    const { spread } = await measured({ answerMs: 50, switchMs: 50 });
    const [last] = spread;
    expect(last?.models).toBe(9);
    expect(last?.uniform).toBeGreaterThan(0.4);
    expect(last?.uniform).toBeLessThan(0.7);
  }, 60_000);

  it('is said to grow when unloaded models leak, and to die on a broken file', async () => {
    const { memory, errors } = await measured({ MiB: 8, afterUnload: 'leaked' });
    expect(memory.afterUnload).toBe('grows');
    expect(errors.broken?.kind).toBe('refused');
    const dying = await measured({ diesOnBroken: true }, [1, 3]);
    expect(dying.errors.broken).toMatchObject({ kind: 'died', othersRight: false });
  }, 90_000);

  it('gets no more models when its memory is too large, its time is up or loads fail', async () => {
    const large = await measured({ MiB: 20 }, [1, 9], {
      many: { counts: [1, 9], memoryLimitMiB: 90 },
    });
    expect(large.stopped).toMatchObject({ why: 'memory-limit' });
    expect(large.held).toBeLessThan(9);
    const late = await measured({}, [1, 9], { endBeforeMs: 0 });
    expect(late).toMatchObject({ held: 2, stopped: { why: 'time', models: 2 } });
    const failing = await measured({ failsFrom: 4 }, [1, 9]);
    expect(failing).toMatchObject({ held: 4, stopped: { why: 'failed-loads', models: 4 } });
    expect(failing.load.failed).toBe(3);
  }, 120_000);

  it('has the broken file that makes it hang', async () => {
    const { errors } = await measured({ hangsOn: 'broken' }, [1, 2], { loadLimitMs: 1000 });
    expect(errors.broken?.kind).toBe('hangs');
  }, 60_000);
});
