import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { headlineFamilies } from '../../../../../lib/bench/analysis/verdicts/headline.ts';
import type { Side } from '../../../../../lib/bench/analysis/verdicts/side.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import {
  verdictFamilies,
  type VerdictContext,
} from '../../../../../lib/bench/analysis/verdicts/verdict-families.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';
import {
  closed,
  recordedEnvironment,
  recordedTargets,
  recordedRun,
} from '../../../../support/recorded-run.ts';
import { rowSide } from '../../../../support/row-side.ts';

const [imageTarget, jsonTarget, binaryTarget, otherTarget] = recordedTargets() as [
  Target,
  Target,
  Target,
  Target,
];

const context: VerdictContext = {
  plan: { runtime: 'venv' },
  environment: recordedEnvironment,
  answerChecks: [],
};

interface SideOptions extends NonNullable<Parameters<typeof rowSide>[3]> {
  readonly level?: ReturnType<typeof closed>;
}

const side = (
  target: Target,
  rates: readonly number[],
  { level = closed(10), ...options }: SideOptions = {},
): Side => rowSide(target, level, rates, options);

const failed = (...repeats: number[]): SideOptions => ({
  row: { failedRepeats: repeats.map((repeat) => ({ repeat, message: 'it ended' })) },
});

const verdictOf = (first: Side, second: Side, in_ = context): Verdict => {
  const [verdict] = verdictFamilies(in_, [first, second]).flatMap(({ verdicts }) => verdicts);
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
};

const basisOf = (...sides: readonly Side[]) => verdictFamilies(context, sides)[0]?.basis;

const slow = [50, 51, 49, 50.5];
const fast = [100, 101, 99, 100.5];

describe('the sentence of a verdict', () => {
  it('names load, scenario, protocol, payload, interval and repeats, the faster one first', () => {
    const { word, sentence } = verdictOf(side(jsonTarget, slow), side(binaryTarget, fast));

    expect(word).toBe('slower');
    expect(sentence).toMatch(
      /^At 10 virtual users, warm, over REST with the same tensor: Triton \(PyTorch\) in binary answered 1\.\d\d to 2\.\d\d times as many requests per second as TensorFlow Serving in JSON \(4 repeats\)\.$/,
    );
  });

  it('says how many repeats failed on either side, and so are in no pair', () => {
    const first = side(jsonTarget, slow, failed(5, 6));
    const two = side(jsonTarget, slow.slice(0, 2), failed(3));

    expect(verdictOf(first, side(binaryTarget, fast, failed(6, 7))).sentence).toContain(
      '(4 repeats; 3 more failed on one side at least).',
    );
    expect(verdictOf(two, side(binaryTarget, fast)).withheld).toContain(
      'there are 2; 1 more failed on one side at least.',
    );
  });

  it('says so where the payloads differ', () => {
    const { sentence } = verdictOf(side(imageTarget, slow), side(binaryTarget, fast));

    expect(sentence).toContain('The payloads differ: the image against the tensor.');
  });

  it('speaks of protocols, and of no platform, where the simulated server answered', () => {
    const reference = { ...context, plan: { runtime: 'simulated' as const } };
    const [family] = verdictFamilies(reference, [
      side(binaryTarget, fast),
      side(otherTarget, slow),
    ]);

    expect(family?.verdicts[0]?.sentence).toContain('the protocol of Triton (PyTorch) carried');
    expect(family?.basis).toContain('says nothing of the platforms');
  });

  it('rests on an error of words that claim something, and on none where nothing could be decided', () => {
    const noisy = [40, 70, 30, 90];

    expect(basisOf(side(jsonTarget, slow), side(binaryTarget, fast))).toMatch(
      /^The chance that this word is wrong is at most 5 %\. Measured on /,
    );
    expect(
      basisOf(side(jsonTarget, slow), side(binaryTarget, fast), side(otherTarget, noisy)),
    ).toMatch(
      /^The chance that any “faster”, “slower” or “equivalent” among these 3 verdicts is wrong is at most 5 %\. /,
    );
    expect(basisOf(side(jsonTarget, noisy), side(binaryTarget, fast))).toMatch(
      /^Nothing could be decided at an error of 5 %/,
    );
    expect(basisOf(side(jsonTarget, [50]), side(binaryTarget, [100]))).toMatch(/^Measured on /);
  });

  it('says beside the error of a load what is left of it over all loads of the run that have verdicts', () => {
    const levels = [1, 2, 4].map(closed);
    const sides = levels.flatMap((level) => [
      side(jsonTarget, slow, { level }),
      side(binaryTarget, fast, { level }),
    ]);
    const withheld = [side(jsonTarget, [50]), side(binaryTarget, [100])];
    const cold = sides.map((one): Side => ({ ...one, row: { ...one.row, scenario: 'cold' } }));

    expect(basisOf(...sides, ...withheld)).toMatch(
      /^The chance that this word is wrong is at most 5 %; over all 3 loads of this run together it is at most 15 %\. /,
    );
    expect(basisOf(...sides, ...cold)).toMatch(
      /over all 6 loads of this run, cold and warm apart, together it is at most 30 %\. /,
    );
  });

  it('says of an undecided pair how many repeats would probably decide it', () => {
    const first = side(jsonTarget, [50, 54, 48, 52]);
    const verdict = verdictOf(first, side(binaryTarget, [45, 43, 47, 44]));

    expect(verdict.word).toBe('undecided');
    expect(verdict.repeatsToDecide).toBeGreaterThan(4);
    expect(verdict.sentence).toContain(
      `(4 repeats; about ${verdict.repeatsToDecide} would probably decide it).`,
    );
    const even = verdictOf(first, side(binaryTarget, [53, 48, 53, 49]));
    expect(even).not.toHaveProperty('repeatsToDecide');
    expect(even.sentence).toContain('(4 repeats; 100 would hardly decide it).');
    expect(verdictOf(side(jsonTarget, slow), side(binaryTarget, fast))).not.toHaveProperty(
      'repeatsToDecide',
    );
  });

  it('does not take a stand-in for the platform that it stands for', () => {
    const served = {
      [jsonTarget.serving]: { platform: 'a stand-in', engine: 'ONNX Runtime', real: false },
    };
    const plan = { runtime: 'venv' as const, served };
    const { sentence } = verdictOf(side(jsonTarget, slow), side(binaryTarget, fast), {
      ...context,
      plan,
    });

    expect(sentence).toContain('as the stand-in for TensorFlow Serving');
  });

  it('calls equal what is equal within 3 %, and gives the interval', () => {
    const even = [50, 50.01, 49.99, 50.02];
    const { word, sentence } = verdictOf(
      side(binaryTarget, even),
      side(otherTarget, even.toReversed()),
    );

    expect(word).toBe('equivalent');
    expect(sentence).toMatch(
      /equally many requests per second within 3 % \(0\.9\d+ to 1\.0\d times\)/,
    );
  });
});

describe('a verdict is withheld', () => {
  const good = side(binaryTarget, fast);
  const check = {
    check: 'noop-limit',
    state: 'failed',
    finding: 'it lies at 91 % of its no-op limit.',
  } as const;

  it.each([
    ['with two repeats', side(jsonTarget, [50, 51]), /needs 3 repeats of both, and there are 2/],
    [
      'where a check failed',
      side(jsonTarget, slow, { row: { checks: [check] } }),
      /91 % of its no-op limit/,
    ],
    [
      'where too many requests failed',
      side(jsonTarget, slow, { row: { failedShare: { value: 0.02, min: 0.01, max: 0.03 } } }),
      /2\.00 % of the requests failed/,
    ],
    ['where nothing was answered', side(jsonTarget, [50, 0, 50]), /no correct answer in a repeat/],
    [
      'where nothing was measured',
      side(jsonTarget, []),
      /TensorFlow Serving in JSON has no figures/,
    ],
  ])('%s', (_, bad, reason) => {
    const verdict = verdictOf(bad, good);

    expect(verdict.withheld).toMatch(reason);
    expect(verdict).toMatchObject({ word: 'undecided' });
    expect(verdict.ratio).toBeUndefined();
    expect(verdict.sentence).toContain(verdict.withheld);
  });

  it('where a target answered wrongly', () => {
    const answerChecks: Summary['answerChecks'] = [
      {
        target: jsonTarget,
        state: 'failed',
        engine: 'onnx',
        trained: false,
        images: 2,
        right: 1,
        relativeTolerance: 0.001,
      },
    ];

    expect(
      verdictOf(side(jsonTarget, slow), good, { ...context, answerChecks }).withheld,
    ).toContain('gave wrong answers');
  });

  it('and does not make the others of its family more careful', () => {
    const bad = side(imageTarget, [50, 51]);
    const alone = verdictOf(side(jsonTarget, slow), good);
    const [family] = verdictFamilies(context, [bad, side(jsonTarget, slow), good]);

    expect(family?.verdicts.at(-1)).toEqual(alone);
  });
});

describe('the verdicts of a run', () => {
  const summary = summarise(recordedRun({ repeats: 5, durationSeconds: 4 }));

  it('are of every pair of measured targets at every load of every scenario, and of no no-op limit', () => {
    expect(summary.verdicts).toHaveLength(2 * 3);
    expect(summary.verdicts?.every(({ verdicts }) => verdicts.length === 6)).toBe(true);
  });

  it('pair the repeats by their numbers, whatever the order of the records', () => {
    const run = recordedRun({ repeats: 5, durationSeconds: 4 });
    const reversed = summarise({ ...run, records: run.records.toReversed() });

    expect(reversed.verdicts).toEqual(summary.verdicts);
  });

  it('have one headline a scenario, at the greatest load at which most stand', () => {
    const headlines = headlineFamilies(summary.verdicts ?? []);

    expect(headlines.map(({ scenario, level }) => [scenario, level])).toEqual([
      ['cold', closed(16)],
      ['warm', closed(16)],
    ]);
  });

  it('are absent where there is one target', () => {
    expect(
      summarise(recordedRun({ targets: [binaryTarget], repeats: 1 })).verdicts,
    ).toBeUndefined();
  });
});
