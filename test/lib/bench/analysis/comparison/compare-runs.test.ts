import {
  type Comparison,
  failureOf,
} from '../../../../../lib/bench/analysis/comparison/comparison.ts';
import { compareRuns } from '../../../../../lib/bench/analysis/comparison/compare-runs.ts';
import { fixedDifferences } from '../../../../../lib/bench/analysis/comparison/run-differences.ts';
import type { Measurement } from '../../../../../lib/bench/model/measurement.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/resolve-plan-options.ts';
import { studyMiddleware } from '../../../../../lib/bench/published/study-rig.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import {
  closed,
  recordedTargets,
  recordedRun,
  withMeasurements,
} from '../../../../support/recorded-run.ts';
import { besideOthers } from '../../../../support/beside-others.ts';
import { withSlowerAnswers } from '../../../../support/slower-answers.ts';
import { onPairs, withRates } from './run-on-pairs.ts';

const options = {
  targets: recordedTargets().slice(2),
  levels: [closed(4), closed(16)],
  scenarios: ['warm'],
  repeats: 6,
  durationSeconds: 4,
} as const;

const laterRun = (overrides: Parameters<typeof recordedRun>[0] = {}): RunData => {
  const { plan, ...data } = recordedRun({ ...options, seed: 8, ...overrides });
  return { ...data, plan: { ...plan, createdAt: '2026-01-03T03:00:00.000Z' } };
};

const run = recordedRun(options);
const later = laterRun();

/** The run with another rate of one serving. */
const changed = (data: RunData, factor: number): RunData =>
  withRates(data, ({ measurement }) =>
    measurement.target.serving === 'triton_pytorch' ? factor : 1,
  );

const second = (measurement: Measurement): Measurement => ({
  ...measurement,
  id: `${measurement.id}/second`,
});

/** The run with each measurement as two windows of the same repeat, with the same answers. */
const inTwoWindows = (data: RunData): RunData => {
  const { plan, ...rest } = withMeasurements(data, (record) => [
    record,
    { ...record, measurement: second(record.measurement) },
  ]);
  const measurements = plan.measurements.flatMap((measurement) => [
    measurement,
    second(measurement),
  ]);
  return { ...rest, plan: { ...plan, measurements } };
};

/** The run on two node pairs, of which the second is half as fast. */
const onTwo = (data: RunData): RunData =>
  withRates(onPairs(data, ['a', 'b']), ({ pair }) => (pair === 2 ? 0.5 : 1));

const compare = (before: RunData, after: RunData): Comparison =>
  compareRuns({ folder: 'a', data: before }, { folder: 'b', data: after });

const wordsOf = ({ changes }: Comparison, serving: string, figure: string): readonly string[] =>
  changes
    .filter((change) => change.target.serving === serving && change.figure === figure)
    .map(({ judgement }) => judgement.kind);

describe('The comparison of two runs', () => {
  it('says how rate and p95 of each target changed at each level', () => {
    const halved = compare(run, changed(later, 0.5));
    const doubled = compare(changed(run, 0.5), later);

    expect(halved.changes).toHaveLength(8);
    expect(wordsOf(halved, 'triton_pytorch', 'request rate')).toEqual(['slower', 'slower']);
    expect(wordsOf(halved, 'triton_tensorflow', 'request rate')).not.toContain('slower');
    const [, p95] = halved.changes;
    expect(p95).toMatchObject({
      figure: 'p95 response time',
      repeats: { before: 6, after: 6 },
    });
    expect(p95?.ratio?.value).toBeCloseTo((p95?.after ?? 0) / (p95?.before ?? 1), 1);
    expect(wordsOf(doubled, 'triton_pytorch', 'request rate')).toEqual(['faster', 'faster']);
    const [change] = halved.changes;
    expect(change).toMatchObject({ ratio: { interval: { confidence: 1 - 0.05 / 4 } } });
    expect(change?.ratio?.value).toBeCloseTo((change?.after ?? 0) / (change?.before ?? 1), 1);
  });

  it('compares median and p95 in an open loop', () => {
    const levels = [{ loop: 'open', ratePerSecond: 40, arrivals: 'poisson' }] as const;
    const before = recordedRun({ ...options, levels });
    const longer = withSlowerAnswers(laterRun({ levels }), () => 4);
    const { changes } = compare(before, longer);

    expect(changes.map(({ figure }) => figure)).toEqual(
      Array.from({ length: 2 }, () => ['median response time', 'p95 response time']).flat(),
    );
    expect(changes.map(({ judgement }) => judgement.kind)).toEqual(changes.map(() => 'slower'));
    for (const { ratio } of changes) {
      expect(ratio?.interval?.low).toBeLessThan(4);
      expect(ratio?.interval?.high).toBeGreaterThan(4);
    }
  });

  it('compares repeats on the same node pair', () => {
    const comparison = compare(onTwo(run), onTwo(changed(later, 0.5)));

    expect(wordsOf(comparison, 'triton_pytorch', 'request rate')).toEqual(['slower', 'slower']);
    expect(comparison.changes.map(({ repeats }) => repeats)).toEqual(
      comparison.changes.map(() => ({ before: 6, after: 6 })),
    );
  });

  it('withholds verdicts if a run has too few repeats, or too few answers for p95', () => {
    const [rate] = compare(run, laterRun({ repeats: 2 })).changes;
    const [few, fewP95] = compare(run, laterRun({ repeats: 4 })).changes;
    const { changes } = compare(
      recordedRun({ ...options, repeats: 6, durationSeconds: 0.1 }),
      laterRun({ repeats: 6, durationSeconds: 0.1 }),
    );

    expect(rate?.judgement).toEqual({
      kind: 'withheld',
      reason: { code: 'too-few-repeats', needed: 3, before: 6, after: 2 },
    });
    expect(few?.judgement.kind).not.toBe('withheld');
    expect(fewP95?.judgement).toMatchObject({ reason: { code: 'too-few-repeats', needed: 6 } });
    expect(changes.map(({ judgement }) => judgement)).toContainEqual({
      kind: 'withheld',
      reason: {
        code: 'too-few-answers',
        before: expect.any(Number) as number,
        after: expect.any(Number) as number,
      },
    });
  });

  it('compares p95 even if a repeat has a few dozen answers', () => {
    const brief = { durationSeconds: 0.5, repeats: 8 } as const;
    const before = recordedRun({ ...options, ...brief });
    const { changes } = compare(
      before,
      withSlowerAnswers(laterRun(brief), () => 4),
    );
    const p95s = changes.filter(({ figure }) => figure === 'p95 response time');

    expect(p95s.map(({ judgement }) => judgement.kind)).toEqual(p95s.map(() => 'slower'));
  });

  it('compares runs with different numbers of repeats', () => {
    const comparison = compare(run, changed(laterRun({ repeats: 4 }), 0.5));

    expect(wordsOf(comparison, 'triton_pytorch', 'request rate')).toEqual(['slower', 'slower']);
    expect(comparison.changes[0]?.repeats).toEqual({ before: 6, after: 4 });
  });

  it('takes all windows of a repeat together', () => {
    const twice = inTwoWindows(later);
    const [whole, halves] = [compare(run, later), compare(run, twice)];

    expect(halves.changes.map(({ repeats }) => repeats)).toEqual(
      whole.changes.map(({ repeats }) => repeats),
    );
    for (const [at, { ratio }] of whole.changes.entries()) {
      expect(halves.changes[at]?.ratio?.value).toBeCloseTo(ratio?.value ?? 0, 6);
    }
  });

  it('counts the figures of each kind', () => {
    const { changes, counts } = compare(run, changed(later, 0.5));

    expect(counts.slower).toBe(
      wordsOf({ changes } as Comparison, 'triton_pytorch', 'request rate').length,
    );
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(changes.length);
  });

  it('names the rows that only one run has', () => {
    const { before, after, changes } = compare(run, laterRun({ levels: [closed(16), closed(32)] }));

    expect(changes).toHaveLength(4);
    expect(before.only).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('closed-4')),
    );
    expect(after.only).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('closed-32')),
    );
  });

  it('names software that differs', () => {
    const { environment } = later;
    const versions = { ...environment.versions, node: 'v99' };

    expect(compare(run, later).differences).toEqual([]);
    expect(
      compare(run, { ...later, environment: { ...environment, versions } }).differences,
    ).toMatchObject([{ what: 'Version of node', after: 'v99' }]);
  });

  it('says that a run is invalid, and why', () => {
    const cut = { ...later, records: later.records.slice(0, -1) };
    const comparison = compare(run, cut);

    expect(comparison).toMatchObject({
      before: { valid: true },
      after: { valid: false, invalid: [{ code: 'cut-off' }] },
    });
  });
});

/** The run with other rates: of one serving, and of the others. */
const withOtherRates = (data: RunData, others: number, one: number): RunData =>
  withRates(data, ({ measurement }) =>
    measurement.target.serving === 'triton_pytorch' ? one : others,
  );

const ratesOf = ({ changes }: Comparison) =>
  changes.filter(({ figure }) => figure === 'request rate');

/** What is known of each rate, and whether the size of its change is not. */
const sizesOf = (before: RunData, after: RunData) =>
  ratesOf(compare(before, after)).map(({ judgement, isSizeUncertain }) => [
    judgement.kind,
    isSizeUncertain,
  ]);

/** The run without the figures of other servings. */
const only = (data: RunData): RunData =>
  withMeasurements(data, (record) =>
    record.measurement.target.serving === 'triton_pytorch' ? record : [],
  );

const withLoad = (data: RunData, loadAverage: number): RunData => ({
  ...data,
  environment: { ...data.environment, machineLoad: { loadAverage, otherRuns: [] } },
});

describe('The comparison of runs on a machine that became busier', () => {
  const quiet = besideOthers(run, 0.02);
  const busy = besideOthers(later, 0.4);

  it('has no verdict on what the machine may explain, and tells both loads', () => {
    const comparison = compare(quiet, withOtherRates(busy, 0.6, 0.6));

    expect(comparison.loads).toMatchObject({
      busier: 'after',
      before: { isBusy: false },
      after: { isBusy: true },
    });
    for (const { judgement, ratio } of ratesOf(comparison)) {
      expect(judgement).toEqual({
        kind: 'withheld',
        reason: { code: 'busier-machine', others: 1 },
      });
      expect(ratio?.interval?.high).toBeLessThan(1);
    }
  });

  it('finds a server that became slower by more than the others', () => {
    const comparison = compare(quiet, withOtherRates(busy, 0.8, 0.3));

    expect(wordsOf(comparison, 'triton_pytorch', 'request rate')).toEqual(['slower', 'slower']);
    expect(wordsOf(comparison, 'triton_tensorflow', 'request rate')).toEqual([
      'withheld',
      'withheld',
    ]);
    expect(
      wordsOf(compare(quiet, withOtherRates(busy, 1, 0.5)), 'triton_pytorch', 'request rate'),
    ).toEqual(['slower', 'slower']);
  });

  it('does not know the size of what became slower or faster', () => {
    const slower = withOtherRates(busy, 1, 0.5);

    expect(sizesOf(quiet, slower)).toContainEqual(['slower', true]);
    expect(sizesOf(quiet, withOtherRates(busy, 1, 2))).toContainEqual(['faster', true]);
    expect(sizesOf(besideOthers(run, 0.4), slower)).toContainEqual(['slower', undefined]);
  });

  it('has no verdict on the only target', () => {
    const [change] = ratesOf(compare(only(quiet), only(changed(busy, 0.5))));

    expect(change?.judgement).toMatchObject({ reason: { code: 'busier-machine', others: 0 } });
  });

  it('has no verdict on what became faster if the machine was busier before', () => {
    const comparison = compare(
      besideOthers(run, 0.4),
      withOtherRates(besideOthers(later, 0.02), 2, 2),
    );

    expect(comparison.loads?.busier).toBe('before');
    expect(ratesOf(comparison).map(({ judgement }) => judgement.kind)).toEqual(
      Array.from({ length: 4 }, () => 'withheld'),
    );
  });

  it.each([
    ['both were quiet', 0.02, 0.09, undefined],
    ['both were as busy', 0.4, 0.44, undefined],
    ['others left a third less of a full machine', 0.85, 0.9, 'after'],
  ] as const)('compares the loads: %s', (_, share, laterShare, busier) => {
    const { loads } = compare(besideOthers(run, share), besideOthers(later, laterShare));

    expect(loads?.busier).toBe(busier);
  });

  it('judges by the load average if no other load is known', () => {
    const slower = withOtherRates(later, 0.6, 0.6);

    expect(compare(withLoad(run, 0.3), withLoad(slower, 1.9)).loads).toBeUndefined();
    expect(compare(withLoad(run, 0.3), withLoad(slower, 6)).loads?.busier).toBe('after');
  });
});

describe('A change that all targets share', () => {
  it('is told with its size, and its verdicts stay if the machine was as busy as before', () => {
    const comparison = compare(
      besideOthers(run, 0.02),
      withOtherRates(besideOthers(later, 0.05), 0.6, 0.6),
    );

    expect(comparison.loads).toBeUndefined();
    expect(comparison.common).toMatchObject({ kind: 'slower', targets: 2 });
    expect(comparison.common?.least).toBeCloseTo(0.4, 1);
    expect(ratesOf(comparison).map(({ judgement }) => judgement.kind)).not.toContain('withheld');
  });

  it.each([
    ['one changed far more', 0.8, 0.4],
    ['one changed more by a third', 0.6, 0.45],
    ['one became faster', 0.6, 2],
    ['one stayed as it was', 1, 0.5],
  ])('is none if %s', (_, others, one) => {
    expect(compare(run, withOtherRates(later, others, one)).common).toBeUndefined();
  });
});

describe('The word of --fail-on for a change', () => {
  it.each([
    ['slower', { kind: 'slower', isBeyondMargin: true }],
    ['undecided', { kind: 'slower', isBeyondMargin: false }],
    ['undecided', { kind: 'bounded', most: 0.07 }],
    ['undecided', { kind: 'noisy' }],
    [
      'withheld',
      { kind: 'withheld', reason: { code: 'too-few-repeats', needed: 3, before: 2, after: 2 } },
    ],
    [undefined, { kind: 'faster', isBeyondMargin: false }],
    [undefined, { kind: 'equal' }],
  ] as const)('is %s for %j', (failure, judgement) => {
    expect(failureOf({ judgement })).toBe(failure);
  });
});

describe('Two runs that are not comparable', () => {
  it('are refused if model and machine differ', () => {
    const { plan, environment } = later;
    const machine = { ...environment.machine, cores: 4 };
    const model = { ...plan.model, sha256: 'ef'.repeat(32) };
    const moved = {
      ...later,
      plan: { ...plan, model },
      environment: { ...environment, machine },
    };

    expect(fixedDifferences(run, moved)).toMatchObject([
      { what: 'Model', after: expect.stringContaining('efefefefefef') as unknown },
      {
        what: 'Machine',
        before: expect.stringContaining('2 cores') as unknown,
        after: expect.stringContaining('4 cores') as unknown,
      },
    ]);
    expect(() => compare(run, moved)).toThrow(
      expect.objectContaining({ code: 'BENCH_NOT_COMPARABLE' }),
    );
  });

  it.each([
    ['Data set', { images: later.plan.images.slice(1) }],
    ['Runtime', { runtime: 'venv' }],
    ['Delay of the serving', { options: resolvePlanOptions({ delayMs: 15 }) }],
    [
      'Middleware settings',
      { options: { ...resolvePlanOptions({}), middleware: studyMiddleware } },
    ],
  ] as const)('differ in: %s', (what, other) => {
    const changedPlan = { ...later, plan: { ...later.plan, ...other } };

    expect(fixedDifferences(run, changedPlan)).toContainEqual(expect.objectContaining({ what }));
  });

  it('ran on other nodes', () => {
    expect(fixedDifferences(onPairs(run, ['a']), onPairs(later, ['b']))).toContainEqual({
      what: 'Nodes',
      before: '1: i-serving-a i-middleware-a',
      after: '1: i-serving-b i-middleware-b',
    });
  });

  it('may have had windows of another length, which a run may choose itself', () => {
    const shorter = laterRun({ durationSeconds: 2 });

    expect(fixedDifferences(run, shorter)).toEqual([]);
    expect(compare(run, shorter).differences).toEqual([
      { what: 'Measuring window', before: '4 s', after: '2 s' },
    ]);
  });

  it.each([
    ['are one run', run, 'BENCH_SAME_RUN'],
    ['have no target at the same level', laterRun({ levels: [closed(64)] }), 'BENCH_NO_COMMON_ROW'],
  ])('%s', (_, other, code) => {
    expect(() => compare(run, other)).toThrow(expect.objectContaining({ code }));
  });
});
