import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { headlineFamilies } from '../../../../../lib/bench/analysis/verdicts/headline.ts';
import type { Side } from '../../../../../lib/bench/analysis/verdicts/side.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import {
  verdictFamilies,
  type VerdictContext,
} from '../../../../../lib/bench/analysis/verdicts/verdict-families.ts';
import type { Path } from '../../../../../lib/bench/model/cell.ts';
import {
  closed,
  recordedEnvironment,
  recordedPaths,
  recordedRun,
} from '../../../../support/recorded-run.ts';
import { rowSide } from '../../../../support/row-side.ts';

const [imagePath, jsonPath, binaryPath, otherPath] = recordedPaths() as [Path, Path, Path, Path];

const context: VerdictContext = {
  plan: { runtime: 'venv' },
  environment: recordedEnvironment,
  checks: [],
};

interface SideOptions extends NonNullable<Parameters<typeof rowSide>[3]> {
  readonly level?: ReturnType<typeof closed>;
}

const side = (
  path: Path,
  rates: readonly number[],
  { level = closed(10), ...options }: SideOptions = {},
): Side => rowSide(path, level, rates, options);

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
    const { word, sentence } = verdictOf(side(jsonPath, slow), side(binaryPath, fast));

    expect(word).toBe('slower');
    expect(sentence).toMatch(
      /^At 10 virtual users, warm, over REST with the same tensor: Triton \(PyTorch\) in binary answered 1\.\d\d to 2\.\d\d times as many requests per second as TensorFlow Serving in JSON \(4 repeats\)\.$/,
    );
  });

  it('says how many repeats failed on either side, and so are in no pair', () => {
    const first = side(jsonPath, slow, failed(5, 6));
    const two = side(jsonPath, slow.slice(0, 2), failed(3));

    expect(verdictOf(first, side(binaryPath, fast, failed(6, 7))).sentence).toContain(
      '(4 repeats; 3 more failed on one side at least).',
    );
    expect(verdictOf(two, side(binaryPath, fast)).withheld).toContain(
      'there are 2; 1 more failed on one side at least.',
    );
  });

  it('says so where the payloads differ', () => {
    const { sentence } = verdictOf(side(imagePath, slow), side(binaryPath, fast));

    expect(sentence).toContain('The payloads differ: the image against the tensor.');
  });

  it('speaks of protocols, and of no platform, where the reference serving answered', () => {
    const reference = { ...context, plan: { runtime: 'reference' as const } };
    const [family] = verdictFamilies(reference, [side(binaryPath, fast), side(otherPath, slow)]);

    expect(family?.verdicts[0]?.sentence).toContain('the protocol of Triton (PyTorch) carried');
    expect(family?.basis).toContain('says nothing of the platforms');
  });

  it('rests on an error of words that claim something, and on none where nothing could be decided', () => {
    const noisy = [40, 70, 30, 90];

    expect(basisOf(side(jsonPath, slow), side(binaryPath, fast))).toMatch(
      /^The chance that this word is wrong is at most 5 %\. Measured on /,
    );
    expect(basisOf(side(jsonPath, slow), side(binaryPath, fast), side(otherPath, noisy))).toMatch(
      /^The chance that any “faster”, “slower” or “equivalent” among these 3 verdicts is wrong is at most 5 %\. /,
    );
    expect(basisOf(side(jsonPath, noisy), side(binaryPath, fast))).toMatch(
      /^Nothing could be decided at an error of 5 %/,
    );
    expect(basisOf(side(jsonPath, [50]), side(binaryPath, [100]))).toMatch(/^Measured on /);
  });

  it('says beside the error of a load what is left of it over all loads of the run that have verdicts', () => {
    const levels = [1, 2, 4].map(closed);
    const sides = levels.flatMap((level) => [
      side(jsonPath, slow, { level }),
      side(binaryPath, fast, { level }),
    ]);
    const withheld = [side(jsonPath, [50]), side(binaryPath, [100])];
    const cold = sides.map((one): Side => ({ ...one, row: { ...one.row, scenario: 'cold' } }));

    expect(basisOf(...sides, ...withheld)).toMatch(
      /^The chance that this word is wrong is at most 5 %; over all 3 loads of this run together it is at most 15 %\. /,
    );
    expect(basisOf(...sides, ...cold)).toMatch(
      /over all 6 loads of this run, cold and warm apart, together it is at most 30 %\. /,
    );
  });

  it('says of an undecided pair how many repeats would probably decide it', () => {
    const first = side(jsonPath, [50, 54, 48, 52]);
    const verdict = verdictOf(first, side(binaryPath, [45, 43, 47, 44]));

    expect(verdict.word).toBe('undecided');
    expect(verdict.repeatsToDecide).toBeGreaterThan(4);
    expect(verdict.sentence).toContain(
      `(4 repeats; about ${verdict.repeatsToDecide} would probably decide it).`,
    );
    const even = verdictOf(first, side(binaryPath, [53, 48, 53, 49]));
    expect(even).not.toHaveProperty('repeatsToDecide');
    expect(even.sentence).toContain('(4 repeats; 100 would hardly decide it).');
    expect(verdictOf(side(jsonPath, slow), side(binaryPath, fast))).not.toHaveProperty(
      'repeatsToDecide',
    );
  });

  it('does not take a peer for the platform that it stands for', () => {
    const served = {
      [jsonPath.serving]: { platform: 'a peer', engine: 'ONNX Runtime', real: false },
    };
    const plan = { runtime: 'venv' as const, served };
    const { sentence } = verdictOf(side(jsonPath, slow), side(binaryPath, fast), {
      ...context,
      plan,
    });

    expect(sentence).toContain('as the peer in the place of TensorFlow Serving');
  });

  it('calls equal what is equal within 3 %, and gives the interval', () => {
    const even = [50, 50.01, 49.99, 50.02];
    const { word, sentence } = verdictOf(
      side(binaryPath, even),
      side(otherPath, even.toReversed()),
    );

    expect(word).toBe('equivalent');
    expect(sentence).toMatch(
      /equally many requests per second within 3 % \(0\.9\d+ to 1\.0\d times\)/,
    );
  });
});

describe('a verdict is withheld', () => {
  const good = side(binaryPath, fast);
  const gate = {
    gate: 'ceiling',
    state: 'failed',
    finding: 'it lies at 91 % of its ceiling.',
  } as const;

  it.each([
    ['with two repeats', side(jsonPath, [50, 51]), /needs 3 repeats of both, and there are 2/],
    [
      'where a gate failed',
      side(jsonPath, slow, { row: { gates: [gate] } }),
      /91 % of its ceiling/,
    ],
    [
      'where too many requests failed',
      side(jsonPath, slow, { row: { failedShare: { value: 0.02, min: 0.01, max: 0.03 } } }),
      /2\.00 % of the requests failed/,
    ],
    ['where nothing was answered', side(jsonPath, [50, 0, 50]), /no right answer in a repeat/],
    ['where nothing was measured', side(jsonPath, []), /TensorFlow Serving in JSON has no figures/],
  ])('%s', (_, bad, reason) => {
    const verdict = verdictOf(bad, good);

    expect(verdict.withheld).toMatch(reason);
    expect(verdict).toMatchObject({ word: 'undecided' });
    expect(verdict.ratio).toBeUndefined();
    expect(verdict.sentence).toContain(verdict.withheld);
  });

  it('where a path answered wrongly', () => {
    const checks: Summary['checks'] = [
      {
        path: jsonPath,
        state: 'failed',
        engine: 'onnx',
        trained: false,
        images: 2,
        right: 1,
        relativeTolerance: 0.001,
      },
    ];

    expect(verdictOf(side(jsonPath, slow), good, { ...context, checks }).withheld).toContain(
      'gave wrong answers',
    );
  });

  it('and does not make the others of its family more careful', () => {
    const bad = side(imagePath, [50, 51]);
    const alone = verdictOf(side(jsonPath, slow), good);
    const [family] = verdictFamilies(context, [bad, side(jsonPath, slow), good]);

    expect(family?.verdicts.at(-1)).toEqual(alone);
  });
});

describe('the verdicts of a run', () => {
  const summary = summarise(recordedRun({ repeats: 5, durationSeconds: 4 }));

  it('are of every pair of measured paths at every load of every scenario, and of no ceiling', () => {
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

  it('are absent where there is one path', () => {
    expect(summarise(recordedRun({ paths: [binaryPath], repeats: 1 })).verdicts).toBeUndefined();
  });
});
