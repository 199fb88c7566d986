/*
 * Turns estimated ratios into verdicts.
 *
 * A verdict is read from a confidence interval of the ratio: if the whole interval lies above 1, the first target is faster. It is wrong
 * only if the interval misses the true ratio. A 95 % interval does that in 5 % of cases, but a run with four targets has six pairs, and
 * six such intervals would be wrong somewhere in up to 30 % of runs. So the allowed error is divided among the comparisons that are
 * made together (Bonferroni): with six of them each interval has a confidence of 1 − 5 % ÷ 6 = 99.17 %.
 */
import {
  anyOf,
  boolean,
  literal,
  number,
  object,
  oneOf,
  type Static,
} from '../../../serving-configs/schema.ts';
import { intervalSchema } from './interval.ts';
import type { Interval } from './interval.ts';
import type { LogRatio } from './noise.ts';
import { studentTQuantile } from './probability.ts';

/** Highest probability that any of the verdicts made together is wrong. */
export const FAMILY_ERROR = 0.05;

/** The part of it for the verdicts of a run by rate or response time. */
export const SPEED_ERROR = 0.03;

/** The part of it for the verdicts by CPU time. */
export const CPU_ERROR = FAMILY_ERROR - SPEED_ERROR;

/** Fewest repeats that support a verdict: two say little about the scatter. */
export const MIN_REPEATS = 3;

/** Ratios from 1 ÷ 1.03 to 1.03 count as equal. */
export const EQUIVALENCE_MARGIN = 0.03;

/** The widest bound on a difference that is still worth telling. */
export const WIDEST_BOUND = 0.1;

/** Judgements that do not tell two figures apart. */
export const alikeSchemas = [
  object({ kind: literal('equal') }, 'The difference is within the margin.'),
  object(
    { kind: literal('bounded'), most: number() },
    'No difference was found, and it is at most this share.',
  ),
  object(
    { kind: literal('noisy') },
    'No difference was found, and it may be larger than `WIDEST_BOUND`.',
  ),
] as const;

export const ratioJudgementSchema = anyOf(
  [
    object(
      { kind: oneOf(['faster', 'slower']), isBeyondMargin: boolean() },
      'If not `isBeyondMargin`, the difference is sure, but it may be within the margin.',
    ),
    ...alikeSchemas,
  ],
  'What the interval of the ratio says about the first target against the second.',
);
export type RatioJudgement = Static<typeof ratioJudgementSchema>;

export const decisionSchema = object(
  {
    judgement: ratioJudgementSchema,
    ratio: object({ value: number(), interval: intervalSchema }),
  },
  'The verdict on one comparison, with the ratio first ÷ second that it is read from.',
);
export interface Decision extends Static<typeof decisionSchema> {}

/** Reads the verdict from an interval of the ratio. */
export const judge = ({ low, high }: Pick<Interval, 'low' | 'high'>): RatioJudgement => {
  const margin = 1 + EQUIVALENCE_MARGIN;
  if (low > 1 / margin && high < margin) return { kind: 'equal' };
  if (low > 1) return { kind: 'faster', isBeyondMargin: low > margin };
  if (high < 1) return { kind: 'slower', isBeyondMargin: high < 1 / margin };
  const most = Math.max(high, 1 / low) - 1;
  return most > WIDEST_BOUND ? { kind: 'noisy' } : { kind: 'bounded', most };
};

/** Whether more repeats could decide the comparison. */
export const isOpen = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'bounded' || kind === 'noisy';

/**
 * Decides a comparison by the interval exp(mean ± t × standard error), with Student's t for a confidence of 1 − error.
 *
 * @param error highest probability that the interval misses the true ratio
 */
export const decide = (
  { mean, standardError, degreesOfFreedom }: LogRatio,
  error: number,
): Decision => {
  const halfWidth = studentTQuantile(1 - error / 2, degreesOfFreedom) * standardError;
  const interval = {
    low: Math.exp(mean - halfWidth),
    high: Math.exp(mean + halfWidth),
    confidence: 1 - error,
  };
  return { judgement: judge(interval), ratio: { value: Math.exp(mean), interval } };
};

/**
 * Decides comparisons that are made together, so that all verdicts are correct with a probability of at least 1 − {@link FAMILY_ERROR}.
 *
 * @param ratios one a comparison, without those that support no verdict
 */
export const decideTogether = (ratios: readonly LogRatio[]): readonly Decision[] =>
  ratios.map((ratio) => decide(ratio, FAMILY_ERROR / ratios.length));

/**
 * What is known after another look at a comparison. All intervals hold together, so the truth lies in all of them; if they have nothing
 * in common, the earlier ones stand. A verdict that was given stays.
 */
export const narrow = (earlier: Decision, later: Decision): Decision => {
  const before = earlier.ratio.interval;
  const low = Math.max(before.low, later.ratio.interval.low);
  const high = Math.min(before.high, later.ratio.interval.high);
  const interval = low < high ? { ...later.ratio.interval, low, high } : before;
  const judgement = judge(interval);
  const isChanged = judgement.kind !== earlier.judgement.kind;
  return {
    judgement: isChanged && !isOpen(earlier.judgement) ? earlier.judgement : judgement,
    ratio: {
      value: Math.min(interval.high, Math.max(interval.low, later.ratio.value)),
      interval,
    },
  };
};
