import { seconds } from '../../../serving-configs/options/kinds.ts';
import { BenchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { MIN_REPEATS } from '../stats/judgement.ts';
import { FIRST_LOOK_REPEATS } from '../stats/looks.ts';
import { durationText } from '../wording/format-number.ts';
import { DAY_SECONDS } from './command-line.ts';
import { calibrationSeconds, estimateSeconds, type RunHost } from './estimate-duration.ts';
import { searchedLimits } from './resolve-plan-options.ts';

type TimedPlan = Pick<Plan, 'options' | 'targets' | 'measurements' | 'settings'>;

/** The repeats that a verdict needs. */
export const verdictRepeats = ({ options }: Pick<Plan, 'options'>): number =>
  options.ends === 'when-decided' ? FIRST_LOOK_REPEATS : MIN_REPEATS;

/** The repeats that a run measures even if its time is up. A time that a user gave has no room for more. */
export const leastRepeats = (plan: Pick<Plan, 'options' | 'settings'>): number =>
  plan.settings.maxSeconds === undefined ? verdictRepeats(plan) : 1;

/** Whether a run compares its targets. */
export const isCompared = ({ options, targets }: Pick<Plan, 'options' | 'targets'>): boolean =>
  targets.length > 1 && options.engine !== 'noop';

/** Repeats of a run that would end when it is decided, but has nothing to decide. */
const UNCOMPARED_REPEATS = 8;

/** The most repeats that a run measures. */
export const mostRepeats = (plan: Pick<Plan, 'options' | 'targets'>): number => {
  const { ends, repeats } = plan.options;
  return ends === 'when-decided' && !isCompared(plan)
    ? Math.min(UNCOMPARED_REPEATS, repeats)
    : repeats;
};

/** The time that a run with a time limit keeps for its report. */
export const REPORT_SECONDS = 3;

const secondsOf = (plan: TimedPlan, repeats: number, host: RunHost): number =>
  REPORT_SECONDS +
  calibrationSeconds(plan) +
  estimateSeconds(
    plan.measurements.filter(({ repeat }) => repeat <= repeats),
    host,
  );

/** The values of `--max-time`. */
export const maxTimeKind = seconds(10, DAY_SECONDS);

/** The time limit of a run that ends when it is decided: so much for the first targets, and more for each further one. */
const DEFAULT_TIME = { seconds: 300, targets: 6, secondsPerFurther: 60 } as const;

/** What the help says of it. */
export const defaultTimeText = `${maxTimeKind.write(DEFAULT_TIME.seconds)}, ${maxTimeKind.write(DEFAULT_TIME.secondsPerFurther)} more for each target beyond ${DEFAULT_TIME.targets}, with profile quick without --repeats; else none`;

const defaultSecondsFor = (targets: number): number =>
  DEFAULT_TIME.seconds +
  DEFAULT_TIME.secondsPerFurther * Math.max(0, targets - DEFAULT_TIME.targets);

/** The time limit of a run, unless the user gave one: that of {@link defaultTimeText}; undefined if it has none. */
export const maxSecondsOf = ({
  options,
  targets,
  settings,
}: Pick<Plan, 'options' | 'targets' | 'settings'>): number | undefined =>
  settings.maxSeconds ??
  (options.ends === 'when-decided' ? defaultSecondsFor(targets.length) : undefined);

/** Estimates how many repeats of a plan fit into its time; at least those that are measured in any case. */
export const repeatsWithin = (plan: TimedPlan, host: RunHost): number => {
  const repeats = mostRepeats(plan);
  const maxSeconds = maxSecondsOf(plan) ?? Infinity;
  let fit = Math.min(leastRepeats(plan), repeats);
  while (fit < repeats && secondsOf(plan, fit + 1, host) <= maxSeconds) fit += 1;
  return fit;
};

/** How long a run with a time limit takes at most; undefined if it has none. */
export const longestSecondsOf = (plan: TimedPlan, host: RunHost): number | undefined => {
  const maxSeconds = maxSecondsOf(plan);
  return maxSeconds && Math.max(maxSeconds, secondsOf(plan, leastRepeats(plan), host));
};

/** Says that the time that the user gave is too short for a verdict; undefined if it is not, or if there would be none anyway. */
export const shortTimeText = (plan: TimedPlan, host: RunHost): string | undefined => {
  const { maxSeconds } = plan.settings;
  const needed = verdictRepeats(plan);
  if (maxSeconds === undefined || !isCompared(plan) || needed > plan.options.repeats) {
    return undefined;
  }
  const needsSeconds = secondsOf(plan, needed, host);
  return needsSeconds <= maxSeconds
    ? undefined
    : `--max-time ${maxTimeKind.write(maxSeconds)} is too short for a verdict: it needs ${needed} repeats, about ${durationText(needsSeconds)}`;
};

/** @throws BenchError `BENCH_USAGE` if a plan with a time limit has searches, which have no fixed length */
export const assertFixedLength = ({
  options,
  settings,
}: Pick<Plan, 'options' | 'settings'>): void => {
  if (settings.maxSeconds === undefined || searchedLimits(options).length === 0) return;
  throw new BenchError(
    'BENCH_USAGE',
    `--max-time cannot be combined with --profile ${options.profile}, whose searches have no fixed length`,
    { hint: 'leave --max-time out; in a new run, a shorter --duration shortens the searches' },
  );
};
