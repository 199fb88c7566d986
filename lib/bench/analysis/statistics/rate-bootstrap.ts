import { createRandom } from '../../load/random.ts';
import { INTERVAL_CONFIDENCE, type Interval } from './interval.ts';
import { normalCdf } from './normal.ts';
import { studentTQuantile } from './student-t.ts';

const { floor } = Math;

/** Right answers that came in one second of a window; the last second may be a part of one. */
export interface RateBlock {
  readonly answers: number;
  readonly seconds: number;
}

/** How often a bootstrap draws, and from where its random numbers start. */
export interface Sampling {
  readonly seed: number;
  readonly draws: number;
}

/**
 * Drawn seconds of a repeat are reused: each repeat is drawn anew so many times, and every draw of repeats takes one of
 * these. That leaves the variance of the seconds, the smaller part as a rule, 14 % of doubt, and makes a long run affordable.
 */
const POOL = 100;

const MOST_DRAWS = 10_000;
/** The cut tail of six repeats is 0.24 % of the draws: fewer would leave nothing to cut. */
const LEAST_DRAWS = 2000;
/** Drawn repeats in a whole run, so that ten thousand cells take less than a second. */
const DRAWN_REPEATS = 20_000_000;

/** How often to draw in each row of a run: 10,000 times, less where a run has more than 2,000 cells. */
export const drawsFor = (cells: number): number =>
  Math.max(LEAST_DRAWS, Math.min(MOST_DRAWS, Math.floor(DRAWN_REPEATS / Math.max(1, cells))));

/** The share of draws to leave out on either side; see {@link rateBootstrap}. */
const tailShare = (repeats: number, confidence: number): number =>
  normalCdf(
    -Math.sqrt(repeats / (repeats - 1)) * studentTQuantile((1 + confidence) / 2, repeats - 1),
  );

/** Draws as many blocks as there are, `POOL` times, and writes their sums. */
const fillPool = (
  blocks: readonly RateBlock[],
  random: () => number,
  poolAnswers: Float64Array,
  poolSeconds: Float64Array,
  first: number,
): void => {
  const blockAnswers = Float64Array.from(blocks, ({ answers }) => answers);
  const blockSeconds = Float64Array.from(blocks, ({ seconds }) => seconds);
  for (let entry = first; entry < first + POOL; entry += 1) {
    let [answers, seconds] = [0, 0];
    for (let drawn = 0; drawn < blocks.length; drawn += 1) {
      const block = floor(random() * blocks.length);
      answers += blockAnswers[block] ?? 0;
      seconds += blockSeconds[block] ?? 0;
    }
    poolAnswers[entry] = answers;
    poolSeconds[entry] = seconds;
  }
};

/**
 * The interval of a request rate by a bootstrap on two levels: draw n of the n repeats with replacement, in each of them as
 * many one-second blocks as it has, and take answers ÷ seconds of all; the interval runs between two percentiles of these
 * rates. As the plain percentiles are too narrow for few repeats, they are moved outwards to
 * Φ(−√(n ÷ (n − 1)) · t), the expanded percentile interval of Hesterberg, "What Teachers Should Know About the Bootstrap",
 * 2015, section 4.
 *
 * @param repeats the blocks of each repeat
 * @returns undefined for fewer than two repeats, and where one has no blocks
 */
export const rateBootstrap = (
  repeats: readonly (readonly RateBlock[])[],
  { seed, draws }: Sampling,
  confidence = INTERVAL_CONFIDENCE,
): Interval | undefined => {
  const { length } = repeats;
  if (length < 2 || repeats.some((blocks) => blocks.length === 0)) return undefined;
  const random = createRandom(seed);
  const poolAnswers = new Float64Array(length * POOL);
  const poolSeconds = new Float64Array(length * POOL);
  for (const [repeat, blocks] of repeats.entries()) {
    fillPool(blocks, random, poolAnswers, poolSeconds, repeat * POOL);
  }
  const rates = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw += 1) {
    let [answers, seconds] = [0, 0];
    for (let drawn = 0; drawn < length; drawn += 1) {
      // Every repeat has as many entries, so that each is drawn with the same chance.
      const entry = floor(random() * poolAnswers.length);
      answers += poolAnswers[entry] ?? 0;
      seconds += poolSeconds[entry] ?? 0;
    }
    rates[draw] = answers / seconds;
  }
  rates.sort();
  const cut = Math.floor(tailShare(length, confidence) * draws);
  return {
    low: rates[cut] ?? Number.NaN,
    high: rates[draws - 1 - cut] ?? Number.NaN,
    confidence,
    method: 'bootstrap',
  };
};
