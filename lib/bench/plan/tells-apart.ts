import { leastRatio, POWER, type Comparisons } from '../stats/power.ts';
import { LEAST_REPEATS } from '../stats/judgement.ts';
import { counted, formatFigure } from '../wording/format-number.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';

/** How small a difference a plan can tell apart. */
export interface TellsApart extends Comparisons {
  /** The least true ratio of two rates that is told from 1 with this chance. Absent where no pair gets a verdict. */
  readonly leastRatio?: number;
  readonly power: number;
}

/**
 * What a plan can tell apart, all pairs of its targets together, over all loads that the headline of the report is of.
 *
 * @param noise coefficient of variation between the repeats of one target, as a share
 */
export const tellsApart = (
  { repeats, scenarios, levels }: Pick<PlanOptions, 'repeats' | 'scenarios' | 'levels'>,
  targets: readonly Target[],
  noise: number,
): TellsApart => {
  const closed = levels.filter(({ loop }) => loop === 'closed').length;
  const plan = {
    repeats,
    targets: targets.length,
    levels: scenarios.length * (closed === 0 ? levels.length : closed),
    noise,
  };
  const least = leastRatio(plan);
  return { ...plan, power: POWER, ...(least === undefined ? {} : { leastRatio: least }) };
};

/** Why a plan of one target has no verdicts. */
export const NOTHING_TO_COMPARE =
  'no verdicts: they compare targets, and there is only one; add another with --servings or --protocols';

/** The same as a line for people. */
export const apartLines = ({
  repeats,
  targets,
  levels,
  noise,
  power,
  leastRatio: least,
}: TellsApart): readonly string[] => {
  if (targets < 2) return [NOTHING_TO_COMPARE];
  if (least === undefined) {
    return [`no verdicts: they need ${LEAST_REPEATS} repeats, and the plan has ${repeats}`];
  }
  return [
    `tells two targets apart, in ${power * 100} % of such runs, where the one is ${formatFigure(least)} times as fast: ${targets} targets, ${counted(levels, 'load')}, ${repeats} repeats, ${Number((noise * 100).toPrecision(3))} % noise between repeats (--noise)`,
  ];
};
