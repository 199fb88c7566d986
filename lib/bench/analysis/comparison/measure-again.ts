import type { Plan } from '../../model/plan.ts';
import { againCommandOf } from '../../plan/command-of-plan.ts';
import { profiles } from '../../plan/profiles.ts';
import { MIN_REPEATS, WIDEST_BOUND } from '../../stats/judgement.ts';
import { ANSWERS_NEEDED } from '../../stats/percentile-claim.ts';
import type { Change, Comparison } from './comparison.ts';

/** More repeats take too long to be advised. */
const MOST_REPEATS = profiles.quick.options.repeats;

/** About how many repeats tell how large a change is at most, or that there is one, if ratio and noise are as measured. */
const repeatsToTell = ({ ratio, repeats }: Change): number => {
  const { value, interval } = ratio ?? {};
  if (value === undefined || interval === undefined) return MIN_REPEATS;
  const halfWidth = Math.log(interval.high / interval.low) / 2;
  const change = Math.abs(Math.log(value));
  const distance = Math.max(change, Math.log1p(WIDEST_BOUND) - change);
  return Math.ceil(Math.min(repeats.before, repeats.after) * (halfWidth / distance) ** 2);
};

/** How many repeats of both runs would give a verdict on a figure that has none, or the size of its change; undefined if it has both, or if they would not. */
const repeatsNeeded = (change: Change): number | undefined => {
  const { judgement, repeats, isSizeUncertain } = change;
  if (isSizeUncertain === true) return MIN_REPEATS;
  if (judgement.kind === 'noisy') return repeatsToTell(change);
  if (judgement.kind !== 'withheld') return undefined;
  const { reason } = judgement;
  if (reason.code === 'too-few-repeats') return reason.needed;
  if (reason.code === 'busier-machine') return MIN_REPEATS;
  if (reason.code !== 'too-few-answers') return undefined;
  const perRepeat = Math.min(reason.before / repeats.before, reason.after / repeats.after);
  return perRepeat === 0 ? undefined : Math.ceil(ANSWERS_NEEDED.p95 / perRepeat);
};

/**
 * How to measure both runs again, so that figures get a verdict and changes a size; undefined if all have them, or if that would not help.
 *
 * @param plan of the later run
 */
export const measureAgain = (
  { before, after, changes, loads }: Omit<Comparison, 'again'>,
  plan: Plan,
): Comparison['again'] => {
  if (![before, after].every(({ valid, isGoingOn }) => valid && isGoingOn !== true)) {
    return undefined;
  }
  const needed = [
    ...changes.flatMap((change) => repeatsNeeded(change) ?? []),
    ...(loads?.busier === 'before' ? [MIN_REPEATS] : []),
  ];
  if (needed.length === 0) return undefined;
  // The figures that have a verdict should keep it.
  const measured = Math.max(...changes.flatMap(({ repeats: of }) => [of.before, of.after]));
  const repeats = Math.max(measured, Math.min(MOST_REPEATS, Math.max(...needed)));
  return {
    repeats,
    isBusy: loads !== undefined || changes.some(({ judgement }) => judgement.kind === 'noisy'),
    command: againCommandOf(plan, { repeats, ends: 'with-repeats' }),
  };
};
