import type { Scenario } from '../../model/measurement.ts';
import { FAMILY_ERROR } from '../../stats/decide.ts';
import type { VerdictFamily } from './verdict.ts';

/** A family, as far as its error counts: one without a verdict that stands can say nothing wrong. */
export type Claiming = Pick<VerdictFamily, 'scenario' | 'verdicts'>;

const percentOf = (share: number): string => `${Math.round(share * 100)} %`;

/**
 * How far the error of one load reaches over several, as the end of a sentence on that of one. The chances of families add
 * up (Boole's inequality), whatever hangs together between them; from a sum of 1 on that bounds nothing, and what is left is the
 * mean number of families with a wrong word.
 *
 * @param families how many have verdicts that stand, at least two
 */
export const addedErrorText = (families: number): string => {
  const added = families * FAMILY_ERROR;
  return added < 1
    ? `at most ${percentOf(added)}`
    : `not bounded: on average up to ${Number(added.toFixed(2))} of the ${families} may hold a wrong word`;
};

/** What a run calls those of its loads that have verdicts which stand: `all 6 loads of this run, cold and warm apart`. */
export const allLoadsText = (scenarios: readonly Scenario[]): string => {
  const apart = new Set(scenarios).size > 1 ? ', cold and warm apart,' : '';
  return `all ${scenarios.length} loads of this run${apart} together`;
};

const claims = ({ verdicts }: Claiming): boolean =>
  verdicts.some(({ withheld }) => withheld === undefined);

const decides = ({ verdicts }: Claiming): boolean =>
  verdicts.some(({ word }) => word !== 'undecided');

/**
 * The chance that a word of the run is wrong, for its head, where loads stand together: of one load, of those that are
 * headlines, of all. Undefined where nothing was decided.
 */
export const runErrorText = (
  families: readonly Claiming[],
  headlines: readonly Claiming[],
): string | undefined => {
  if (!families.some(decides)) return undefined;
  const [all, shown] = [families.filter(claims), headlines.filter(claims)];
  const texts = [
    `at most ${percentOf(FAMILY_ERROR)} at one load, for any “faster”, “slower” or “equivalent” among its pairs`,
    ...(shown.length > 1 && shown.length < all.length
      ? [`for the ${shown.length} loads above together ${addedErrorText(shown.length)}`]
      : []),
    ...(all.length > 1
      ? [`for ${allLoadsText(all.map(({ scenario }) => scenario))} ${addedErrorText(all.length)}`]
      : []),
  ];
  const [first = '', ...others] = texts;
  return `${[first.charAt(0).toUpperCase() + first.slice(1), ...others].join('; ')}.`;
};
