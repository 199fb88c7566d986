import type { SummaryRow } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { Side } from '../../../../../lib/bench/analysis/verdicts/side.ts';
import type { VerdictWord } from '../../../../../lib/bench/stats/decide.ts';
import { verdictFamilies } from '../../../../../lib/bench/analysis/verdicts/verdict-families.ts';
import { createRandom } from '../../../../../lib/bench/stats/random.ts';
import type { Level, Target } from '../../../../../lib/bench/model/measurement.ts';
import { counterbalanced, shuffle } from '../../../../../lib/bench/plan/build-plan.ts';
import {
  closed,
  completedMeasurement,
  loadResult,
  planMeasurement,
  recordedEnvironment,
  recordedTargets,
} from '../../../../support/recorded-run.ts';

/** A world in which the truth is known. */
export interface World {
  /** True request rates of the servings, in the order of the recorded targets. */
  readonly rates: readonly number[];
  readonly repeats: number;
  /** Coefficient of variation between the repeats of one serving; log-normal. */
  readonly variation: number;
  /** Chance that a repeat of a serving is 30 % slower than it should be. */
  readonly outliers: number;
  /** Share of its speed that the machine loses from the first measurement of the run to the last. */
  readonly drift: number;
  /** Length of a window; 60 where nothing is said. */
  readonly windowSeconds?: number;
  /** The speed of the machine wanders by this coefficient of variation, half of it lost after so many measurements. */
  readonly wander?: { readonly variation: number; readonly halfLifeMeasurements: number };
  /**
   * The load is an open loop of so many answers a window: the servings are as much apart as their rates, in the median of
   * log-normal response times, and the rate is that of the load.
   */
  readonly openAnswers?: number;
  /** Every repeat in an order of its own, as plans were before their orders were balanced. */
  readonly unbalanced?: boolean;
}

const OUTLIER = 0.7;
/** Noise inside a repeat that one second has, relative to the noise between repeats. */
const NOISE_OF_A_SECOND = 2;
const MARGIN = 1.03;

/** Of the logarithm of the response times of one repeat. */
const RESPONSE_DEVIATION = 0.05;

const allTargets = recordedTargets();
const template = loadResult([100], 60);
const context = {
  plan: { runtime: 'simulated' },
  environment: recordedEnvironment,
  answerChecks: [],
} as const;

const normalFrom = (random: () => number): (() => number) => {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
};

/** A state of the machine that each measurement takes over from the one before, with a deviation of 1. */
const wandering = (halfLifeMeasurements: number, normal: () => number): (() => number) => {
  const kept = 0.5 ** (1 / halfLifeMeasurements);
  let state = normal();
  return () => {
    state = kept * state + Math.sqrt(1 - kept ** 2) * normal();
    return state;
  };
};

const overall = (value: number) => ({ value, min: value, max: value });

/** One run of a world: interleaved repeats, in the orders that a plan gives them. */
export const simulateRun = (world: World, seed: number): readonly Side[] => {
  const { windowSeconds = 60, openAnswers } = world;
  const level: Level =
    openAnswers === undefined
      ? closed(10)
      : { loop: 'open', arrivals: 'poisson', ratePerSecond: openAnswers / windowSeconds };
  const random = createRandom(seed);
  const normal = normalFrom(random);
  const { variation: wandered = 0, halfLifeMeasurements = 1 } = world.wander ?? {};
  const machine = world.wander === undefined ? () => 0 : wandering(halfLifeMeasurements, normal);
  const targets = allTargets.slice(0, world.rates.length);
  const draw = (): readonly number[] => shuffle([...targets.keys()], random);
  const orders = counterbalanced(world.repeats, draw);
  const sides = targets.map((target) => ({ target, repeats: [] as Side['repeats'][number][] }));
  for (let repeat = 1; repeat <= world.repeats; repeat += 1) {
    const block = normal() * world.variation;
    const order = world.unbalanced === true ? draw() : (orders[repeat - 1] ?? []);
    for (const [position, index] of order.entries()) {
      const side = sides[index];
      if (side === undefined) continue;
      const elapsed = (repeat - 1 + position / targets.length) / world.repeats;
      const inside = (normal() * NOISE_OF_A_SECOND * world.variation) / Math.sqrt(windowSeconds);
      const rate =
        (world.rates[index] ?? 0) *
        Math.exp(block + normal() * world.variation + inside + machine() * wandered) *
        (1 - world.drift * elapsed) *
        (random() < world.outliers ? OUTLIER : 1);
      const load =
        openAnswers === undefined
          ? {
              ...template,
              durationSeconds: windowSeconds,
              requestRatePerSecond: Math.round(rate * windowSeconds) / windowSeconds,
            }
          : loadResult(
              Array.from(
                { length: openAnswers },
                () => (1000 / rate) * Math.exp(normal() * RESPONSE_DEVIATION),
              ),
              windowSeconds,
            );
      side.repeats.push(
        completedMeasurement(
          planMeasurement(side.target, 'onnx', 'warm', level, repeat, windowSeconds),
          load,
        ),
      );
    }
  }
  return sides.map(({ target, repeats }): Side => {
    const row: SummaryRow = {
      target,
      engine: 'onnx',
      scenario: 'warm',
      level,
      repeats: repeats.length,
      plannedRepeats: repeats.length,
      failedRepeats: [],
      warnings: [],
      ...(level.loop === 'closed' ? {} : { requestRatePerSecond: overall(level.ratePerSecond) }),
    };
    return { row, repeats };
  });
};

const truthOf = (ratio: number): VerdictWord =>
  ratio > MARGIN ? 'faster' : ratio < 1 / MARGIN ? 'slower' : 'equivalent';

/** What was said of each pair of servings, beside the truth. */
interface Spoken {
  readonly word: VerdictWord;
  readonly truth: VerdictWord;
}

const spokenOf = (sides: readonly Side[], rates: readonly number[]): readonly Spoken[] => {
  const rateOf = ({ serving }: Target): number =>
    rates[allTargets.findIndex((target) => target.serving === serving)] ?? 0;
  return verdictFamilies(context, sides)
    .flatMap(({ verdicts }) => verdicts)
    .map(({ word, first, second }) => ({
      word,
      truth: truthOf(rateOf(first) / rateOf(second)),
    }));
};

const eachPairAlone = (sides: readonly Side[]): readonly (readonly Side[])[] =>
  sides.flatMap((first, index) => sides.slice(index + 1).map((second) => [first, second]));

/** What many runs of a world came to, in per cent. */
export interface Outcome {
  /** Runs with at least one wrong verdict. */
  readonly wrongRuns: number;
  /** Verdicts that are undecided. */
  readonly undecided: number;
}

/**
 * Judges many runs of a world. A verdict is wrong where it says faster, slower or equivalent and the truth is another.
 *
 * @param corrected false: as if each pair were the only one, which takes the correction out
 */
export const judge = (world: World, runs: number, corrected = true): Outcome => {
  let wrong = 0;
  let undecided = 0;
  let all = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const sides = simulateRun(world, seed);
    const families = corrected ? [sides] : eachPairAlone(sides);
    const spoken = families.flatMap((family) => spokenOf(family, world.rates));
    if (spoken.some(({ word, truth }) => word !== 'undecided' && word !== truth)) wrong += 1;
    undecided += spoken.filter(({ word }) => word === 'undecided').length;
    all += spoken.length;
  }
  return { wrongRuns: (100 * wrong) / runs, undecided: Math.round((100 * undecided) / all) };
};
