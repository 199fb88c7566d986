import type { ManyServer } from '../../../../../lib/bench/analysis/many/many-types.ts';
import { measureKnown } from '../../../../support/known-models.ts';

/** Answers take a while, so that the servers measured side by side leave each other CPU time. */
const answerMs = 5;

// What depends on the time that a server gets is tested where nothing else runs, in test/calibration/known-servers-of-many-models.test.ts.
describe('a server of many models whose truth is known', () => {
  let good: ManyServer;
  let bad: ManyServer;
  let leaking: ManyServer;
  beforeAll(async () => {
    [good, bad, leaking] = await Promise.all([
      measureKnown({ answerMs, MiB: 8, loadMs: 50, loadMsPerModel: 30 }),
      measureKnown({
        answerMs,
        MiB: 20,
        afterUnload: 'kept',
        mixesUp: { model: 'model-5', at: 7 },
        listsAtMost: 4,
        answersUnknown: true,
      }),
      measureKnown({ answerMs, MiB: 8, afterUnload: 'leaked' }),
    ]);
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

  it('is said to return memory, to keep and reuse it, or to grow', () => {
    expect(good.memory.afterUnload).toBe('returned');
    expect(bad.memory.afterUnload).toBe('kept-and-reused');
    expect(leaking.memory.afterUnload).toBe('grows');
  });

  it('is caught when one answer is another model’s', () => {
    expect(bad.mixedUp).toEqual([{ asked: 'model-5', answeredBy: 'model-6' }]);
    expect(good).toMatchObject({ mixedUp: [], wrong: 0 });
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

  it('dies on a broken file, or hangs, and is said to', async () => {
    const [dying, hanging] = await Promise.all([
      measureKnown({ answerMs, diesOnBroken: true }, [1, 3]),
      measureKnown({ answerMs, hangsOn: 'broken' }, [1, 2], { loadLimitMs: 1000 }),
    ]);
    expect(dying.errors.broken).toMatchObject({ kind: 'died', othersRight: false });
    expect(hanging.errors.broken?.kind).toBe('hangs');
  }, 90_000);

  it('gets no more models when its memory is too large, its time is up or loads fail', async () => {
    const [large, late, failing] = await Promise.all([
      measureKnown({ answerMs, MiB: 20 }, [1, 9], {
        many: { counts: [1, 9], memoryLimitMiB: 90 },
      }),
      measureKnown({ answerMs }, [1, 9], { endBeforeMs: 0 }),
      measureKnown({ answerMs, failsFrom: 4 }, [1, 9]),
    ]);
    expect(large.stopped).toMatchObject({ why: 'memory-limit' });
    expect(large.held).toBeLessThan(9);
    expect(late).toMatchObject({ held: 2, stopped: { why: 'time', models: 2 } });
    expect(failing).toMatchObject({ held: 4, stopped: { why: 'failed-loads', models: 4 } });
    expect(failing.load.failed).toBe(3);
  }, 120_000);
});
