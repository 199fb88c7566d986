import { leastRatio, POWER, type Comparisons } from '../stats/power.ts';
import { LEAST_REPEATS } from '../stats/decide.ts';
import { formatFigure } from '../wording/format-number.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';

/** How small a difference a plan can tell apart. */
export interface TellsApart extends Comparisons {
  /** The least true ratio of two rates that is decided with this chance. Absent where no pair gets a verdict. */
  readonly leastRatio?: number;
  readonly power: number;
}

/**
 * What the repeats of a plan can tell apart at one load, all pairs of its targets together.
 *
 * @param noise coefficient of variation between the repeats of one target, as a share
 */
export const tellsApart = (
  { repeats }: Pick<PlanOptions, 'repeats'>,
  targets: readonly Target[],
  noise: number,
): TellsApart => {
  const pairs = (targets.length * (targets.length - 1)) / 2;
  const least = leastRatio({ repeats, pairs, noise });
  return {
    repeats,
    pairs,
    noise,
    power: POWER,
    ...(least === undefined ? {} : { leastRatio: least }),
  };
};

/** Why a plan of one target has no verdicts. */
export const NOTHING_TO_COMPARE =
  'no verdicts: they compare targets, and there is only one; add another with --servings or --protocols';

/** The same as a line for people. */
export const apartLines = ({
  repeats,
  pairs,
  noise,
  power,
  leastRatio: least,
}: TellsApart): readonly string[] => {
  if (pairs === 0) return [NOTHING_TO_COMPARE];
  if (least === undefined) {
    return [`no verdicts: they need ${LEAST_REPEATS} repeats, and the plan has ${repeats}`];
  }
  const counted = pairs === 1 ? 'one pair' : `${pairs} pairs`;
  return [
    `tells two targets apart, in ${power * 100} % of such runs, where the one is ${formatFigure(least)} times as fast: ${repeats} repeats, ${counted} at each load, ${Number((noise * 100).toPrecision(3))} % noise between repeats (--noise)`,
  ];
};
