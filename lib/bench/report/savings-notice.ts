import type { Summary } from '../analysis/summary.ts';
import { durationText } from '../progress/progress-text.ts';
import type { SkipRule } from '../results/record.ts';
import { formatPercent } from '../wording/format-number.ts';

/** What follows the number of cells, of one and of more. */
const RULES: Readonly<Record<SkipRule, { readonly one: string; readonly more: string }>> = {
  flat: {
    one: 'at a level between others of the same rate',
    more: 'at levels between others of the same rate',
  },
  settled: {
    one: 'in a repeat that would change no verdict',
    more: 'in repeats that would change no verdict',
  },
  precise: {
    one: 'in a repeat of a rate that was known to ±2 %',
    more: 'in repeats of a rate that was known to ±2 %',
  },
  ceiling: { one: 'ceiling of what was left out', more: 'ceilings of what was left out' },
};

/** How many words are not measured but carried; empty where none is. */
const carriedNotice = ({ verdicts = [] }: Summary): string => {
  const carried = verdicts
    .flatMap((family) => family.verdicts)
    .filter((verdict) => verdict.carried !== undefined).length;
  if (carried === 0) return '';
  return carried === 1
    ? ' 1 word at a load that was left out is carried from those around it and marked so.'
    : ` ${carried} words at loads that were left out are carried from those around them and marked so.`;
};

/** What early stopping left out and saved, in sentences; undefined where it left nothing out. */
export const savingsNotice = (summary: Summary): string | undefined => {
  const { savings, plan } = summary;
  if (savings === undefined) return undefined;
  const { cells, seconds, plannedSeconds, rules } = savings;
  const parts = rules
    .map(({ rule, cells: number }) => `${number} ${RULES[rule][number === 1 ? 'one' : 'more']}`)
    .join(', ');
  const own = plan.where === 'aws' ? ' Each node pair decided by what it had measured itself.' : '';
  return `Early stopping left out ${cells} of ${plan.cellCount} cells, ${durationText(seconds)} of ${durationText(plannedSeconds)} of load (${formatPercent(seconds / plannedSeconds)} %): ${parts}. The report lists the reasons.${own}${carriedNotice(summary)}`;
};
