import { bucketValue, type Distribution, firstWhere } from '../../lib/bench/stats/histogram.ts';
import { decideTogether } from '../../lib/bench/stats/judgement.ts';
import { percentileFigure } from '../../lib/bench/stats/percentile-of-run.ts';
import { createRandom } from '../../lib/bench/stats/random.ts';
import { ratiosOfRuns } from '../../lib/bench/stats/run-ratios.ts';
import { normalFrom } from '../support/normal-from.ts';
import { isWrong } from './simulated-verdicts.ts';

/** Response times of a run, as standard deviations of their logarithms. */
export interface TimesNoise {
  readonly name: string;
  /** Between repeats; of the two windows of a repeat, 0.6 times as much. */
  readonly ofRepeats: number;
  /** Between answers of a window. Neighbours are alike: their correlation is 0.3. */
  readonly ofAnswers: number;
  /** Answers in a repeat on average. */
  readonly answers: number;
  /** Share of answers that take 2.7 times as long. */
  readonly slowShare?: number;
  /** Whether slow answers come in 3 of 10 repeats only. */
  readonly areSlowTogether?: true;
}

export const TIMES_NOISES = [
  { name: 'quiet machine', ofRepeats: 0.03, ofAnswers: 0.1, answers: 40 },
  { name: 'quiet machine, few answers', ofRepeats: 0.03, ofAnswers: 0.1, answers: 12 },
  { name: 'busy machine', ofRepeats: 0.25, ofAnswers: 0.3, answers: 15 },
  {
    name: '2 % of slow answers',
    ofRepeats: 0.03,
    ofAnswers: 0.1,
    answers: 40,
    slowShare: 0.02,
    areSlowTogether: true,
  },
  { name: '5 % of slow answers', ofRepeats: 0.03, ofAnswers: 0.1, answers: 40, slowShare: 0.05 },
  {
    name: '5 % of slow answers, together',
    ofRepeats: 0.03,
    ofAnswers: 0.1,
    answers: 40,
    slowShare: 0.05,
    areSlowTogether: true,
  },
  { name: '10 % of slow answers', ofRepeats: 0.03, ofAnswers: 0.1, answers: 40, slowShare: 0.1 },
] as const satisfies readonly TimesNoise[];

/** Repeats of the earlier and of the later run. */
export const REPEATS_OF_RUNS = [
  [6, 6],
  [8, 8],
  [16, 16],
  [21, 6],
] as const;

/** Three targets at two levels. */
const ROWS = 6;
const SLOW_FACTOR = 2.7;
const TYPICAL_US = 50_000;
/** Correlation of neighbouring answers. */
const ALIKE = 0.3;
/** Share of repeats with slow answers, if they come together. */
const TOGETHER = 0.3;

const BUCKETS = 1 << 15;

/** Times in microseconds as a histogram; quicker than filling one. */
const distributionOf = (times: readonly number[]): Distribution => {
  const buckets = times
    .map((time) => firstWhere(BUCKETS, (index) => bucketValue(index) >= time))
    .toSorted((a, b) => a - b);
  return {
    total: times.length,
    indexes: [...new Set(buckets)],
    upTo: buckets.flatMap((bucket, at) => (bucket === buckets[at + 1] ? [] : [at + 1])),
  };
};

const timesOfRepeat = (
  { ofRepeats, ofAnswers, answers, slowShare = 0, areSlowTogether }: TimesNoise,
  factor: number,
  random: () => number,
): Distribution => {
  const normal = normalFrom(random);
  const ofRepeat = normal() * ofRepeats;
  const inThisRepeat = random() < TOGETHER ? slowShare / TOGETHER : 0;
  const share = areSlowTogether === true ? inThisRepeat : slowShare;
  const times = [ofRepeat, ofRepeat].flatMap((log) => {
    const slower = log + normal() * 0.6 * ofRepeats;
    // A slower window has fewer answers.
    const count = Math.round((answers / 2) * (0.8 + 0.4 * random()) * Math.exp(-slower));
    let last = normal();
    return Array.from({ length: Math.max(2, count) }, () => {
      last = ALIKE * last + Math.sqrt(1 - ALIKE ** 2) * normal();
      const slow = random() < share ? SLOW_FACTOR : 1;
      return TYPICAL_US * factor * slow * Math.exp(slower + ofAnswers * last);
    });
  });
  return distributionOf(times);
};

/**
 * Compares the p95s of simulated runs of six rows.
 *
 * @param factor by how much the later run is slower
 * @returns the share of comparisons with a wrong verdict, and the share of p95s that were found slower
 */
export const compareP95s = (
  noise: TimesNoise,
  [before, after]: readonly [number, number],
  factor: number,
  comparisons: number,
) => {
  const random = createRandom(comparisons + before);
  const figuresOf = (repeats: number, slower: number) =>
    Array.from({ length: ROWS }, () =>
      percentileFigure(
        95,
        Array.from({ length: repeats }, () => timesOfRepeat(noise, slower, random)),
      ),
    );
  const outcomes = Array.from({ length: comparisons }, () => {
    const ratios = ratiosOfRuns(figuresOf(after, factor), figuresOf(before, 1));
    return decideTogether(ratios.map((ratio) => ({ ...ratio, mean: -ratio.mean }))).map(
      ({ judgement }) => judgement,
    );
  });
  const slower = outcomes.flat().filter(({ kind }) => kind === 'slower');
  return {
    wrong:
      outcomes.filter((all) => all.some((one) => isWrong(one, -Math.log(factor)))).length /
      comparisons,
    slower: slower.length / (ROWS * comparisons),
  };
};
