import type { Comparison } from '../../../../../lib/bench/analysis/comparison/comparison.ts';
import { compareRuns } from '../../../../../lib/bench/analysis/comparison/compare-runs.ts';
import { decideFamily } from '../../../../../lib/bench/analysis/verdicts/decide.ts';
import { unpairedLogRatio } from '../../../../../lib/bench/analysis/verdicts/log-ratio.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/plan-options.ts';
import { studyMiddleware } from '../../../../../lib/bench/published/study-apparatus.ts';
import { createRandom } from '../../../../../lib/bench/load/random.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { closed, recordedPaths, recordedRun } from '../../../../support/recorded-run.ts';
import { withSlowerAnswers } from '../../../../support/slower-answers.ts';
import { normalFrom, onPairs, withRates } from './run-on-pairs.ts';

const options = {
  paths: recordedPaths().slice(2),
  levels: [closed(4), closed(16)],
  scenarios: ['warm'],
  repeats: 6,
  durationSeconds: 4,
} as const;
const run = recordedRun(options);
const secondRun = recordedRun({ ...options, seed: 8 });

/** The same run, but one serving has become another speed. */
const changed = (data: RunData, serving: string, factor: number): RunData =>
  withRates(data, ({ cell }) => (cell.path.serving === serving ? factor : 1));

/** On two pairs, the second half as fast. */
const slowOnPair2 = (data: RunData): RunData =>
  withRates(onPairs(data, ['a', 'b']), ({ pair }) => (pair === 2 ? 0.5 : 1));

/** The same run without noise: all repeats give the same rate. */
const levelled = (data: RunData): RunData =>
  withRates(data, ({ load }) => 50 / load.requestRatePerSecond);

const compare = (before: RunData, after: RunData): Comparison =>
  compareRuns({ folder: 'a', data: before }, { folder: 'b', data: after });

const wordsOf = ({ changes }: Comparison, serving: string): readonly string[] =>
  changes.filter(({ path }) => path.serving === serving).map(({ word }) => word);

describe('two runs', () => {
  it('say of each row that both have which way it went', () => {
    const comparison = compare(run, changed(secondRun, 'triton_pytorch', 0.5));

    expect(wordsOf(comparison, 'triton_pytorch')).toEqual(['slower', 'slower']);
    expect(wordsOf(comparison, 'triton_tensorflow')).not.toContain('slower');
    expect(comparison.changes[0]?.sentence).toMatch(
      /^At 4 virtual users, warm, the protocol of Triton \(PyTorch\) over REST with the tensor in binary: slower, carried 0\.\d+ to 0\.\d+ times as many requests per second as before \(6 repeats before, 6 after\)\.$/,
    );
    expect(wordsOf(compare(changed(run, 'triton_pytorch', 0.5), run), 'triton_pytorch')).toEqual([
      'faster',
      'faster',
    ]);
  });

  it('are compared by their median response times at an open loop, where the shorter one is the faster', () => {
    const level = { loop: 'open', ratePerSecond: 20, arrivals: 'poisson' } as const;
    const before = recordedRun({ ...options, levels: [level] });
    const later = recordedRun({ ...options, levels: [level], seed: 8 });
    const longer = withSlowerAnswers(later, ({ cell }) =>
      cell.path.serving === 'triton_pytorch' ? 1.5 : 1,
    );
    const { changes } = compare(before, longer);
    const [change] = changes;

    expect(change).toMatchObject({ word: 'slower', figure: 'median response time' });
    // Both runs draw their own answers, so not 1.5 to the letter.
    for (const ratio of [
      change?.ratio?.value,
      (change?.p50MsAfter ?? 0) / (change?.p50MsBefore ?? 0),
    ]) {
      expect(ratio).toBeGreaterThan(1.35);
      expect(ratio).toBeLessThan(1.65);
    }
    expect(change?.sentence).toMatch(
      /^At 20 requests\/s \(Poisson\), warm, the protocol of Triton \(PyTorch\) .*: slower, the median response took 1\.\d+ to 1\.\d+ times as long as before \(6 repeats before, 6 after\)\.$/,
    );
    expect(wordsOf(compare(longer, before), 'triton_pytorch')).toEqual(['faster']);
    expect(wordsOf(compare(before, longer), 'triton_tensorflow')).not.toContain('slower');
  });

  it('on the same node pairs are compared inside each, and say so', () => {
    const before = slowOnPair2(run);
    const { changes, notices } = compare(
      before,
      changed(slowOnPair2(secondRun), 'triton_pytorch', 0.5),
    );

    expect(changes[0]).toMatchObject({
      word: 'slower',
      machines: { method: 'within', before: 2, after: 2, repeatsLeftOut: 0 },
    });
    expect(changes[0]?.sentence).toMatch(
      / \(6 repeats before, 6 after, compared on each of the 2 node pairs that both used\)\.$/,
    );
    expect(notices.join(' ')).toContain(
      'In 4 of 4 rows the repeats of each node pair were held against those of the same nodes',
    );
  });

  it('on other node pairs are compared with each pair as one measurement, and say so', () => {
    const { changes, notices } = compare(
      onPairs(run, ['a', 'b', 'c']),
      changed(onPairs(secondRun, ['d', 'e', 'f']), 'triton_pytorch', 0.5),
    );

    expect(changes[0]).toMatchObject({ word: 'slower', machines: { method: 'between' } });
    expect(changes[0]?.sentence).toMatch(
      / \(6 repeats on 3 node pairs before, 6 on 3 after; each pair counts as one measurement\)\.$/,
    );
    expect(notices.join(' ')).toContain('each node pair counts as one measurement');
  });

  it('on one pair each that had other nodes get no word, and are told why', () => {
    const { changes } = compare(
      onPairs(run, ['a']),
      changed(onPairs(secondRun, ['b']), 'triton_pytorch', 0.5),
    );

    expect(changes[0]?.word).toBe('undecided');
    expect(changes[0]?.sentence).toContain(
      'no verdict. The runs ran on different machines (1 before and 1 after; a node pair counts as one), and how much machines differ is unknown',
    );
  });

  it('on the same nodes of one pair are compared as on one machine', () => {
    const { changes, notices } = compare(onPairs(run, ['a']), onPairs(secondRun, ['a']));

    expect(changes.map(({ ratio }) => ratio)).toEqual(
      compare(run, secondRun).changes.map(({ ratio }) => ratio),
    );
    expect(notices.join(' ')).not.toContain('node pair');
  });

  it('that differ by their machines only get a wrong word in at most 5 % of 100 comparisons', () => {
    const normal = normalFrom(23);
    const onMachines = (data: RunData, machines: readonly string[]): RunData => {
      const factors = machines.map(() => Math.exp(0.1 * normal()));
      return withRates(
        onPairs(data, machines),
        ({ pair = 1 }) => (factors[pair - 1] ?? 1) * Math.exp(0.01 * normal()),
      );
    };
    const small = {
      paths: recordedPaths().slice(3),
      levels: [closed(4)],
      scenarios: ['warm'],
      engines: ['onnx'],
      repeats: 6,
      durationSeconds: 1,
    } as const;
    const [one, other] = [
      levelled(recordedRun(small)),
      levelled(recordedRun({ ...small, seed: 8 })),
    ];
    const comparisons = Array.from({ length: 100 }, () =>
      compare(onMachines(one, ['a', 'b', 'c']), onMachines(other, ['d', 'e', 'f'])),
    );
    const wrong = comparisons.filter(({ changes }) =>
      changes.some(({ word }) => word === 'faster' || word === 'slower'),
    );

    expect(comparisons.flatMap(({ changes }) => changes).every(({ ratio }) => ratio)).toBe(true);
    expect(wrong.length / comparisons.length).toBeLessThanOrEqual(0.05);
  });

  it('are said not to be interleaved, so that a drift counts as a difference', () => {
    expect(compare(run, secondRun).notices[0]).toContain('not interleaved');
  });

  it('are said to be one where they are, with no verdict of a run about itself', () => {
    const { notices, changes } = compare(run, { ...run, records: [...run.records] });

    expect(notices[0]).toMatch(/^Before and after are the same run/);
    expect(notices.join(' ')).not.toContain('not interleaved');
    expect(changes.map(({ withheld }) => withheld)).toEqual(
      changes.map(() => expect.stringContaining('the very same records')),
    );
    expect(compare(run, secondRun).notices.join(' ')).not.toContain('same run');
  });

  it('have the rows counted that are one measurement, and the others compared', () => {
    const { notices, changes } = compare(run, changed(run, 'triton_pytorch', 0.5));

    expect(notices[0]).toMatch(/^2 of 4 rows are the same measurement/);
    expect(notices[1]).toContain('not interleaved');
    expect(changes.filter(({ withheld }) => withheld === undefined)).toHaveLength(2);
  });

  it('have what differs between them named, and nothing where nothing does', () => {
    const { environment } = secondRun;
    const machine = { ...environment.machine, cores: 4 };
    const elsewhere = { ...secondRun, environment: { ...environment, machine } };

    expect(compare(run, secondRun).differences).toEqual([]);
    expect(compare(run, elsewhere).differences).toEqual([
      {
        what: 'Processor',
        before: 'Example CPU @ 2.5 GHz, 2 cores',
        after: 'Example CPU @ 2.5 GHz, 4 cores',
      },
    ]);
    expect(compare(run, elsewhere).notices.join(' ')).toContain('differ in: Processor');
  });

  it('have another delay of the serving and another setting of the middleware named', () => {
    const planned = resolvePlanOptions({});
    const slowed = { ...planned, delayMs: 15, middleware: studyMiddleware };
    const { differences } = compare(
      { ...run, plan: { ...run.plan, options: planned } },
      { ...secondRun, plan: { ...secondRun.plan, options: slowed } },
    );

    expect(differences.map(({ what, before }) => [what, before])).toEqual([
      ['Delay of the serving', 'none'],
      ['Setting of the middleware', 'its own'],
    ]);
    expect(differences[1]?.after).toMatch(
      /^processes 1, REST timeout 10 s, images drawn by middleware/,
    );
  });

  it('are said to be invalid where they are, before anything else', () => {
    const cut = { ...secondRun, records: secondRun.records.slice(0, -1) };
    const { notices } = compare(run, cut);

    expect(notices[0]).toMatch(/^The run after is INVALID: The run was cut off: /);
    expect(compare(run, secondRun).notices.join(' ')).not.toContain('INVALID');
  });

  it('are refused where the model or the data set is another', () => {
    const { plan } = secondRun;
    const otherModel = { ...plan, model: { ...plan.model, sha256: 'ef'.repeat(32) } };
    const fewerImages = { ...plan, images: plan.images.slice(1) };
    const platforms = { ...plan, runtime: 'venv' as const };

    expect(() => compare(run, { ...secondRun, plan: otherModel })).toThrow(/the model of the one/);
    expect(() => compare(run, { ...secondRun, plan: fewerImages })).toThrow(/the data set of/);
    expect(() => compare(run, { ...secondRun, plan: platforms })).toThrow(/the kind of serving/);
  });

  it('are refused where they share no row, and name the rows that only one has', () => {
    const other = recordedRun({ ...options, levels: [closed(16), closed(32)] });
    const { onlyBefore, onlyAfter, changes } = compare(run, other);

    expect(changes).toHaveLength(2);
    expect(onlyBefore).toHaveLength(2);
    expect(onlyAfter[0]).toContain('closed-32');
    expect(() => compare(run, recordedRun({ ...options, levels: [closed(64)] }))).toThrow(
      /no path in common/,
    );
  });

  it('support no verdict where one has too few repeats', () => {
    const short = recordedRun({ ...options, repeats: 2 });

    expect(compare(run, short).changes[0]).toMatchObject({
      word: 'undecided',
      withheld: 'A verdict needs 3 repeats in both runs, and one has 2.',
    });
  });
});

describe('the words over 1,000 comparisons of two runs', () => {
  it('are wrong in at most 5 % where the truth lies on the margin', () => {
    const random = createRandom(11);
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const repeatsOf = (rate: number) =>
      Array.from({ length: 5 }, () => ({
        ratePerSecond: rate * Math.exp(0.01 * normal()),
        answers: 6000,
      }));
    const comparisons = Array.from({ length: 1000 }, () =>
      decideFamily(
        Array.from({ length: 8 }, () => unpairedLogRatio(repeatsOf(100 * 1.0299), repeatsOf(100))),
      ),
    );
    const wrong = comparisons.filter((family) =>
      family.some(({ word }) => word === 'faster' || word === 'slower'),
    );

    expect(wrong.length / comparisons.length).toBeLessThanOrEqual(0.05);
  });
});
