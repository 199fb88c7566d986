import { seconds } from '../../../serving-configs/options/kinds.ts';
import { BenchError } from '../model/errors.ts';
import type { Plan, PlanHost } from '../model/plan.ts';
import { MIN_REPEATS } from '../stats/judgement.ts';
import { FIRST_LOOK_REPEATS } from '../stats/looks.ts';
import { durationText } from '../wording/format-number.ts';
import { DAY_SECONDS } from './command-line.ts';
import { calibrationSeconds, estimateSeconds } from './estimate-duration.ts';
import { searchedLimits } from './resolve-plan-options.ts';

type TimedPlan = Pick<Plan, 'options' | 'targets' | 'measurements'>;

/** The repeats that a run measures even if its time is up. */
export const leastRepeats = ({ options }: Pick<Plan, 'options'>): number =>
  options.ends === 'when-decided' ? FIRST_LOOK_REPEATS : MIN_REPEATS;

/** The time that a run with --max-time keeps for its report. */
export const REPORT_SECONDS = 3;

const secondsOf = (
  plan: TimedPlan,
  repeats: number,
  host: Pick<PlanHost, 'where' | 'runtime'>,
): number =>
  REPORT_SECONDS +
  calibrationSeconds(plan) +
  estimateSeconds(
    plan.measurements.filter(({ repeat }) => repeat <= repeats),
    host,
  );

/** The values of `--max-time`. */
export const maxTimeKind = seconds(10, DAY_SECONDS);

/** The time of a run that ends when it is decided: five minutes for up to six targets, and one more for each further target. */
export const defaultMaxSeconds = ({
  options,
  targets,
}: Pick<Plan, 'options' | 'targets'>): number | undefined =>
  options.ends === 'when-decided' ? 300 + 60 * Math.max(0, targets.length - 6) : undefined;

const inWholeMinutes = (value: number): number => Math.ceil(value / 60) * 60;

/** Estimates how many repeats of a plan fit into a time; at least those that are measured in any case. */
export const repeatsWithin = (
  plan: TimedPlan,
  maxSeconds: number,
  host: Pick<PlanHost, 'where' | 'runtime'>,
): number => {
  const { repeats } = plan.options;
  let fit = Math.min(leastRepeats(plan), repeats);
  while (fit < repeats && secondsOf(plan, fit + 1, host) <= maxSeconds) fit += 1;
  return fit;
};

/** How long a run takes that ends when it is decided; undefined if its plan says how long it takes. */
export const longestSecondsOf = (
  plan: TimedPlan,
  host: Pick<PlanHost, 'where' | 'runtime'>,
): number | undefined => {
  const maxSeconds = defaultMaxSeconds(plan);
  return maxSeconds && Math.max(maxSeconds, secondsOf(plan, leastRepeats(plan), host));
};

/** @throws BenchError `BENCH_USAGE` if the repeats that verdicts need do not fit, or the plan has searches, which have no fixed length */
export const assertFits = (
  plan: TimedPlan,
  maxSeconds: number,
  host: Pick<PlanHost, 'where' | 'runtime'>,
): void => {
  const { profile, repeats } = plan.options;
  if (searchedLimits(plan.options).length > 0) {
    throw new BenchError(
      'BENCH_USAGE',
      `--max-time cannot be combined with --profile ${profile}, whose searches have no fixed length`,
      { hint: 'leave --max-time out; a shorter --duration shortens the searches' },
    );
  }
  const least = Math.min(leastRepeats(plan), repeats);
  const needed = secondsOf(plan, least, host);
  if (needed <= maxSeconds) return;
  throw new BenchError(
    'BENCH_USAGE',
    `--max-time ${maxTimeKind.write(maxSeconds)} is too short for this plan: ${least < repeats ? `${least} repeats take` : 'it takes'} about ${durationText(needed)}`,
    {
      hint: `give --max-time ${maxTimeKind.write(inWholeMinutes(needed))}, or measure less: fewer --levels or --servings, a shorter --duration`,
    },
  );
};
