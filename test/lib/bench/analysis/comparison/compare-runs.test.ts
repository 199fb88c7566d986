import {
  type Comparison,
  failureOf,
} from '../../../../../lib/bench/analysis/comparison/comparison.ts';
import {
  compareRuns,
  fixedDifferences,
} from '../../../../../lib/bench/analysis/comparison/compare-runs.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/resolve-plan-options.ts';
import { studyMiddleware } from '../../../../../lib/bench/published/study-rig.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { closed, recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';
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
    expect(p95).toMatchObject({ figure: 'p95 response time', repeats: 6 });
    expect(p95?.ratio?.value).toBeCloseTo((p95?.after ?? 0) / (p95?.before ?? 1), 1);
    expect(wordsOf(doubled, 'triton_pytorch', 'request rate')).toEqual(['faster', 'faster']);
    const [change] = halved.changes;
    expect(change).toMatchObject({ repeats: 6, ratio: { interval: { confidence: 1 - 0.05 / 4 } } });
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
      expect(ratio?.value).toBeGreaterThan(3);
      expect(ratio?.value).toBeLessThan(5);
    }
  });

  it('compares repeats on the same node pair', () => {
    const comparison = compare(onTwo(run), onTwo(changed(later, 0.5)));

    expect(wordsOf(comparison, 'triton_pytorch', 'request rate')).toEqual(['slower', 'slower']);
    expect(comparison.changes.map(({ repeats }) => repeats)).toEqual(
      comparison.changes.map(() => 6),
    );
  });

  it('withholds verdicts if there are too few repeats, or too few answers for p95', () => {
    const [rate] = compare(run, laterRun({ repeats: 2 })).changes;
    const brief = compare(
      recordedRun({ ...options, durationSeconds: 1 }),
      laterRun({ durationSeconds: 1 }),
    );

    expect(rate?.repeats).toBe(2);
    expect(rate?.judgement).toEqual({
      kind: 'withheld',
      reason: { code: 'few-repeats', repeats: 2, failed: 0 },
    });
    expect(brief.changes.map(({ judgement }) => judgement)).toContainEqual({
      kind: 'withheld',
      reason: { code: 'few-answers', answers: expect.any(Number) as number },
    });
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

describe('The word of --fail-on for a change', () => {
  it.each([
    ['slower', { kind: 'slower', isBeyondMargin: true }],
    ['undecided', { kind: 'slower', isBeyondMargin: false }],
    ['undecided', { kind: 'bounded', most: 0.07 }],
    ['undecided', { kind: 'noisy' }],
    ['withheld', { kind: 'withheld', reason: { code: 'few-repeats', repeats: 2, failed: 0 } }],
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

  it('had windows of another length', () => {
    expect(fixedDifferences(run, laterRun({ durationSeconds: 2 }))).toContainEqual({
      what: 'Measuring window',
      before: '4 s',
      after: '2 s',
    });
  });

  it.each([
    ['are one run', run, 'BENCH_SAME_RUN'],
    ['have no target at the same level', laterRun({ levels: [closed(64)] }), 'BENCH_NO_COMMON_ROW'],
  ])('%s', (_, other, code) => {
    expect(() => compare(run, other)).toThrow(expect.objectContaining({ code }));
  });
});
