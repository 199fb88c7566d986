import { minRatio, POWER, type Comparisons } from '../stats/power.ts';
import { MIN_REPEATS } from '../stats/judgement.ts';
import { LAST_PART, SINGLE_LOOK } from '../stats/looks.ts';
import { counted, formatPercent } from '../wording/format-number.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';

/** The smallest difference that a plan can detect. */
export interface DetectableDifference extends Comparisons {
  /** The smallest true ratio of two rates that is detected with probability `power`. Absent if no pair gets a verdict. */
  readonly minRatio?: number;
  readonly power: number;
}

/**
 * Computes the smallest difference that a plan can detect, for all pairs of targets over the loads of the headline.
 *
 * @param noise coefficient of variation between the repeats of one target, as a share
 */
export const detectableDifference = (
  {
    repeats,
    scenarios,
    levels,
    ends,
  }: Pick<PlanOptions, 'repeats' | 'scenarios' | 'levels' | 'ends'>,
  targets: readonly Target[],
  noise: number,
): DetectableDifference => {
  const closed = levels.filter(({ loop }) => loop === 'closed').length;
  const plan = {
    repeats,
    targets: targets.length,
    levels: scenarios.length * (closed === 0 ? levels.length : closed),
    noise,
    errorPart: ends === 'when-decided' ? LAST_PART : SINGLE_LOOK.errorPart,
  };
  const least = minRatio(plan);
  return { ...plan, power: POWER, minRatio: least };
};

/** The message that a plan with a single target has no verdicts. */
export const NOTHING_TO_COMPARE =
  'no verdicts: they compare targets, and there is only one; name more with --servings, --protocols or --target';

/** {@link DetectableDifference} in words. */
export const detectableLines = ({
  repeats,
  targets,
  levels,
  noise,
  power,
  errorPart,
  minRatio: least,
}: DetectableDifference): readonly string[] => {
  if (targets < 2) return [NOTHING_TO_COMPARE];
  if (least === undefined) {
    return [`no verdicts: they need ${MIN_REPEATS} repeats, and the plan has ${repeats}`];
  }
  const endsEarly = errorPart < SINGLE_LOOK.errorPart;
  return [
    `${power * 100} % of such runs detect a difference of ${formatPercent(least - 1)} % between two targets: ${targets} targets, ${counted(levels, 'level')}, ${endsEarly ? 'up to ' : ''}${repeats} repeats, ${Number((noise * 100).toPrecision(3))} % noise between repeats (--noise)`,
    ...(endsEarly
      ? ['a run ends before if the order is known, or if these repeats would hardly decide more']
      : []),
  ];
};
