import { fastestMiss, tuningOf } from '../../../../../lib/bench/analysis/tuning/summary.ts';
import { usualSettings } from '../../../../../lib/bench/plan/tuning.ts';
import {
  SINGLE,
  type GivenSettings,
  type Settings,
} from '../../../../../serving-configs/settings.ts';
import { ignoresSettings, type BatchServer } from '../../../../support/batch-server.ts';
import { measureOn, searched, tunedPlan } from '../../../../support/tuned-plan.ts';

const all: readonly Settings[] = ['default', ...usualSettings(2)];

const summaryOf = (server: BatchServer, p99Ms = 100) => {
  const plan = tunedPlan(all, { seed: 4, p99Ms });
  const records = searched(plan, measureOn(server, 9));
  const summary = tuningOf(plan, records, { usdPerHour: 0.36, kind: 'given' });
  const [tuned] = summary?.servers ?? [];
  if (summary === undefined || tuned === undefined) throw new Error('nothing was searched');
  return { summary, tuned };
};

describe('the result of a search for settings', () => {
  it('is the fastest setting, with its rate, batches and costs, and how much it gains over the defaults', () => {
    const { summary, tuned } = summaryOf({ fixedMs: 8, perInputMs: 2 });
    const [best, , usual] = tuned.finals;

    expect(summary.isOver).toBe(true);
    expect(tuned).toMatchObject({
      best: { settings: { instances: 2, maxBatch: 8 } },
      keepsDefault: false,
      tried: all.length,
      overDefault: { judgement: { kind: 'faster', isBeyondMargin: true } },
    });
    expect(usual?.settings).toBe('default');
    // Computed from 200,000 requests each.
    expect(best?.requestRatePerSecond.interval?.low).toBeLessThan(633);
    expect(best?.requestRatePerSecond.interval?.high).toBeGreaterThan(633);
    expect(best?.meanBatch).toBeGreaterThan(3);
    expect(best?.usdPerMillion).toBeCloseTo(100 / (best?.requestRatePerSecond.value ?? Number.NaN));
  });

  it('says which setting did not matter', () => {
    const { tuned } = summaryOf({ fixedMs: 8, perInputMs: 2 });
    const mostOf = (name: string): number =>
      tuned.effects.find(({ setting }) => setting === name)?.most ?? Number.NaN;

    expect(mostOf('threads')).toBeLessThan(0.05);
    expect(mostOf('maxBatch')).toBeGreaterThan(1);
  });

  it('keeps the defaults of a server that ignores its settings, and says that no batches form', () => {
    const { tuned } = summaryOf({ fixedMs: 5, perInputMs: 0, obeys: ignoresSettings });

    expect(tuned).toMatchObject({
      best: { settings: 'default' },
      keepsDefault: true,
      neverBatched: true,
    });
    expect(tuned.finals[0]?.meanBatch).toBe(1);
  });

  it('has a server of its own for another precision of the model, whose settings never replace those of the model itself', () => {
    const precise: Settings = { ...SINGLE, maxBatch: 8 };
    const coarse: Settings = { ...precise, precision: 'int8' };
    const plan = tunedPlan(['default', precise, coarse], { seed: 4 });
    const server: BatchServer = { fixedMs: 8, perInputMs: 2 };
    const measure = measureOn(server, 9);
    const twiceAsFast = measureOn({ fixedMs: 4, perInputMs: 1 }, 9);
    const records = searched(plan, (measurement) =>
      measurement.target.settings === 'default' ||
      measurement.target.settings?.precision === undefined
        ? measure(measurement)
        : twiceAsFast(measurement),
    );
    const { servers = [], verdicts = [] } = tuningOf(plan, records, undefined) ?? {};

    expect(servers).toMatchObject([
      { best: { settings: coarse }, overDefault: undefined, keepsDefault: false, tried: 1 },
      { best: { settings: precise }, overDefault: { judgement: { kind: 'faster' } }, tried: 2 },
    ]);
    expect(verdicts).toMatchObject([
      {
        first: { settings: coarse },
        second: { settings: precise },
        judgement: { kind: 'faster' },
      },
    ]);
  });

  it('keeps defaults that are as good as the best setting', () => {
    const best: GivenSettings = { ...SINGLE, instances: 2, maxBatch: 8 };
    const { tuned } = summaryOf({
      fixedMs: 8,
      perInputMs: 2,
      obeys: (settings) => (settings === 'default' ? best : settings),
    });

    expect(tuned).toMatchObject({ keepsDefault: true, neverBatched: false });
  });

  it('says by how much the fastest setting misses a limit that none keeps', () => {
    const { summary, tuned } = summaryOf({ fixedMs: 14, perInputMs: 1 }, 10);

    expect(tuned).toMatchObject({ finals: [], overDefault: undefined });
    expect(tuned.out).toHaveLength(all.length);
    expect(fastestMiss(summary)).toBeCloseTo(15, 0);
  });

  it('has no verdict on servers of which one has no figures', () => {
    const plan = tunedPlan(all, { servers: 2 });

    expect(tuningOf(plan, [], undefined)).toMatchObject({ isOver: false, verdicts: [] });
  });

  it('has rates without intervals and no verdicts after a single repeat', () => {
    const five = tunedPlan(all, { seed: 4, servers: 2 });
    const plan = { ...five, options: { ...five.options, repeats: 1 } };
    const records = searched(plan, measureOn({ fixedMs: 8, perInputMs: 2 }, 9));
    const summary = tuningOf(plan, records, undefined);

    expect(summary?.verdicts).toEqual([]);
    for (const { finals, overDefault, keepsDefault } of summary?.servers ?? []) {
      expect(finals).toHaveLength(3);
      expect(finals[0]?.requestRatePerSecond.value).toBeGreaterThan(100);
      expect(finals[0]?.requestRatePerSecond.interval).toBeUndefined();
      expect([overDefault, keepsDefault]).toEqual([undefined, true]);
    }
  });

  it('does not exist for a plan without such a search', () => {
    const { tuning: _, ...plan } = tunedPlan(all);

    expect(tuningOf(plan, [], undefined)).toBeUndefined();
  });
});

describe('a server whose rate the rig limited', () => {
  const plan = tunedPlan(['default'], { seed: 4, servers: 2 });
  const [first] = plan.targets;
  const measureSlow = measureOn({ fixedMs: 10, perInputMs: 0 }, 1);
  const measureFast = measureOn({ fixedMs: 5, perInputMs: 0 }, 2);
  /** The records of a fast and a slow server, of which one is limited. */
  const recordsWith = (limited: 'fast' | 'slow') =>
    searched(plan, (measurement) => {
      const isSlow = measurement.target.serving === first?.serving;
      const record = (isSlow ? measureSlow : measureFast)(measurement);
      const self = { keptUp: false, reason: 'busy' };
      return record.state === 'completed' && isSlow === (limited === 'slow')
        ? { ...record, load: { ...record.load, self: { ...record.load.self, ...self } } }
        : record;
    });

  it('has no verdict against a faster one, because it may be faster than it looked', () => {
    const summary = tuningOf(plan, recordsWith('slow'), undefined);

    expect(summary?.verdicts).toEqual([]);
    expect(summary?.servers[1]?.finals[0]?.limitedBy).toMatchObject({ code: 'generator-behind' });
  });

  it('is still known to be faster than a slower one', () => {
    const summary = tuningOf(plan, recordsWith('fast'), undefined);

    expect(summary?.verdicts).toMatchObject([{ judgement: { kind: 'faster' } }]);
  });
});
