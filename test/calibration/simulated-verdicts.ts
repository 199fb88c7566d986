import {
  decideTogether,
  EQUIVALENCE_MARGIN,
  FAMILY_ERROR,
  type RatioJudgement,
} from '../../lib/bench/stats/judgement.ts';
import type { RepeatFigure } from '../../lib/bench/stats/interval.ts';
import {
  pairedDifferences,
  type PairDifferences,
  type Differences,
  estimate,
} from '../../lib/bench/stats/noise.ts';
import { studentTQuantile } from '../../lib/bench/stats/probability.ts';
import { createRandom, shuffled } from '../../lib/bench/stats/random.ts';
import { normalFrom } from '../support/normal-from.ts';
import { counterbalanced } from '../../lib/bench/plan/build-plan.ts';

/** The noise in a run of four targets. */
export interface Noise {
  readonly name: string;
  /** Standard deviation of the logarithm between the repeats of each target. */
  readonly ofTargets: readonly [number, number, number, number];
  /** Factors of that deviation at each level; default: 1. */
  readonly ofLevels?: readonly number[];
  /** Probability that a measurement is 30 % too slow. */
  readonly outliers?: number;
  /** Share of its speed that the machine loses from the first to the last measurement of the run. */
  readonly drift?: number;
}

export const NOISES: readonly Noise[] = [
  { name: '5 %', ofTargets: [0.05, 0.05, 0.05, 0.05] },
  { name: '2, 2, 2, 10 %', ofTargets: [0.02, 0.02, 0.02, 0.1] },
  { name: '10, 10, 2, 2 %', ofTargets: [0.1, 0.1, 0.02, 0.02] },
  {
    name: '2, 6, 2, 6 % by level',
    ofTargets: [0.04, 0.04, 0.04, 0.04],
    ofLevels: [0.5, 1.5, 0.5, 1.5],
  },
  { name: '2 %, 5 % of outliers', ofTargets: [0.02, 0.02, 0.02, 0.02], outliers: 0.05 },
  { name: '0.5 %, a fifth of drift', ofTargets: [0.005, 0.005, 0.005, 0.005], drift: 0.2 },
];

interface RunSize {
  readonly repeats: number;
  readonly levels: number;
}

const SIZES: readonly RunSize[] = [
  { repeats: 3, levels: 1 },
  { repeats: 3, levels: 2 },
  { repeats: 3, levels: 4 },
  { repeats: 5, levels: 1 },
  { repeats: 5, levels: 2 },
  { repeats: 12, levels: 1 },
  { repeats: 12, levels: 2 },
];

/** The sizes at which a noise is tested. Noise that differs by level needs at least two levels. */
export const sizesOf = ({ ofLevels }: Noise): readonly RunSize[] =>
  SIZES.filter(({ levels }) => ofLevels === undefined || levels > 1);

/** True rates. In the first two any bias makes a verdict wrong; in the third there are differences to find. */
const ALL_EQUAL = [100, 100, 100, 100];
const ON_THE_MARGIN = [103, 103, 100, 100];
const APART = [125, 110, 102, 100];

const OUTLIER = 0.7;
const REPEAT_DEVIATION = 0.03;
const WINDOW_SECONDS = 100;

/** Simulates the rates of each target in each repeat, by level. As in a plan, even repeats reverse the order of the odd ones. */
const simulate = (
  rates: readonly number[],
  { ofTargets, ofLevels = [], outliers = 0, drift = 0 }: Noise,
  { repeats, levels }: RunSize,
  random: () => number,
): readonly (readonly RepeatFigure[])[][] => {
  const normal = normalFrom(random);
  const measured = Array.from({ length: levels }, () => rates.map((): RepeatFigure[] => []));
  const places = measured.flatMap((_, level) =>
    rates.map((__, target) => [level, target] as const),
  );
  const orders = counterbalanced(repeats, () => shuffled(places, random));
  for (const [repeat, order] of orders.entries()) {
    const shared = measured.map(() => normal() * REPEAT_DEVIATION);
    for (const [position, [level, target]] of order.entries()) {
      const elapsed = (repeat + position / order.length) / repeats;
      const deviation = (ofTargets[target] ?? 0) * (ofLevels[level] ?? 1);
      const value =
        (rates[target] ?? 0) *
        Math.exp((shared[level] ?? 0) + normal() * deviation) *
        (1 - drift * elapsed) *
        (random() < outliers ? OUTLIER : 1);
      measured[level]?.[target]?.push({ value, minError: 1 / (value * WINDOW_SECONDS) });
    }
  }
  return measured;
};

const MARGIN = Math.log1p(EQUIVALENCE_MARGIN);
/** Covers rounding of truths that lie exactly on a limit. */
const HAIR = 1e-9;

/** Whether a verdict contradicts the truth. */
export const isWrong = (judgement: RatioJudgement, truth: number): boolean => {
  if ('isBeyondMargin' in judgement) {
    const lead = judgement.kind === 'faster' ? truth : -truth;
    return lead <= (judgement.isBeyondMargin ? MARGIN : 0) + HAIR;
  }
  if (judgement.kind === 'equal') return Math.abs(truth) > MARGIN + HAIR;
  return judgement.kind === 'bounded' && Math.abs(truth) > Math.log1p(judgement.most) + HAIR;
};

const isDecided = ({ kind }: RatioJudgement): boolean =>
  kind === 'faster' || kind === 'slower' || kind === 'equal';

/** The usual method for comparison: a t-test of each pair alone at one level, with Holm's procedure. */
const pairByPair = (all: readonly Differences[]): readonly RatioJudgement[] => {
  const claims = all.map(({ mean, squares, repeats, minVariance }, index) => {
    const error = Math.sqrt(Math.max(squares / (repeats - 1), minVariance) / repeats);
    const distance = Math.max(Math.abs(mean) - MARGIN, MARGIN - Math.abs(mean)) / error;
    return { index, mean, distance, degreesOfFreedom: repeats - 1 };
  });
  const judged: RatioJudgement[] = all.map(() => ({ kind: 'noisy' }));
  for (const [step, claim] of claims.toSorted((a, b) => b.distance - a.distance).entries()) {
    const level = FAMILY_ERROR / (all.length - step);
    if (claim.distance < studentTQuantile(1 - level / 2, claim.degreesOfFreedom)) break;
    const kind = claim.mean > 0 ? 'faster' : 'slower';
    judged[claim.index] =
      Math.abs(claim.mean) < MARGIN ? { kind: 'equal' } : { kind, isBeyondMargin: true };
  }
  return judged;
};

interface Outcome {
  /** Share of runs with a wrong verdict over all levels. */
  readonly wrongRuns: number;
  /** Share of pairs with a decision over all levels. */
  readonly decidedPairs: number;
  /** Share of levels with a wrong verdict. */
  readonly wrongLevels: number;
  /** Share of pairs with a decision at a level. */
  readonly decidedAtLevels: number;
  /** The same shares of levels and pairs for {@link pairByPair}. */
  readonly wrongAlone: number;
  readonly decidedAlone: number;
}

const outcomeOf = (
  rates: readonly number[],
  noise: Noise,
  size: RunSize,
  runs: number,
): Outcome => {
  const random = createRandom(runs + size.repeats);
  const pairs = rates.flatMap((_, first) =>
    rates.slice(first + 1).map((__, more) => [first, first + 1 + more] as const),
  );
  const truths = pairs.map(([a, b]) => Math.log((rates[a] ?? 1) / (rates[b] ?? 1)));
  const count = (judged: readonly RatioJudgement[]) => ({
    wrong: Number(judged.some((one, at) => isWrong(one, truths[at] ?? 0))),
    decided: judged.filter(isDecided).length / pairs.length,
  });
  const sums: Record<keyof Outcome, number> = {
    wrongRuns: 0,
    decidedPairs: 0,
    wrongLevels: 0,
    decidedAtLevels: 0,
    wrongAlone: 0,
    decidedAlone: 0,
  };
  for (let run = 0; run < runs; run += 1) {
    const measured = simulate(rates, noise, size, random);
    const comparisons = pairs.map(([a, b]): PairDifferences => ({
      first: String(a),
      second: String(b),
      levels: new Map(
        measured.map((level, index) => [
          String(index),
          pairedDifferences(
            (level[a] ?? []).map((rate, repeat) => [rate, level[b]?.[repeat] ?? rate] as const),
          ),
        ]),
      ),
    }));
    const estimated = estimate(comparisons).flatMap((one) => one ?? []);
    const whole = count(
      decideTogether(estimated.map((one) => one.overall)).map(({ judgement }) => judgement),
    );
    sums.wrongRuns += whole.wrong;
    sums.decidedPairs += whole.decided;
    for (const level of measured.keys()) {
      const ratios = estimated.flatMap(({ levels }) => levels.get(String(level)) ?? []);
      const now = count(decideTogether(ratios).map(({ judgement }) => judgement));
      const alone = count(
        pairByPair(comparisons.flatMap(({ levels }) => levels.get(String(level)) ?? [])),
      );
      sums.wrongLevels += now.wrong / size.levels;
      sums.decidedAtLevels += now.decided / size.levels;
      sums.wrongAlone += alone.wrong / size.levels;
      sums.decidedAlone += alone.decided / size.levels;
    }
  }
  return Object.fromEntries(
    Object.entries(sums).map(([name, sum]) => [name, sum / runs]),
  ) as unknown as Outcome;
};

/** Errors in the worse of the two truths that any bias makes wrong, and decisions in the truth with differences to find. */
export const calibrate = (noise: Noise, size: RunSize, runs: number): Outcome => {
  const [equal, margin, apart] = [ALL_EQUAL, ON_THE_MARGIN, APART].map((rates) =>
    outcomeOf(rates, noise, size, runs),
  ) as [Outcome, Outcome, Outcome];
  const worse = (of: (outcome: Outcome) => number): number => Math.max(of(equal), of(margin));
  return {
    ...apart,
    wrongRuns: worse(({ wrongRuns }) => wrongRuns),
    wrongLevels: worse(({ wrongLevels }) => wrongLevels),
    wrongAlone: worse(({ wrongAlone }) => wrongAlone),
  };
};
