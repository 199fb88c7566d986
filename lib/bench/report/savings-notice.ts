import type { Summary } from '../analysis/summary.ts';
import { durationText } from '../progress/progress-text.ts';
import type { SkipRule } from '../results/record.ts';
import { formatPercent } from './format-number.ts';

const RULES: Readonly<Record<SkipRule, string>> = {
  flat: 'at levels between others of the same rate',
  settled: 'in repeats that would change no verdict',
  precise: 'in repeats of a rate that was known to ±2 %',
  ceiling: 'ceilings of nothing that was measured',
};

/** What early stopping left out and saved, in sentences; undefined where it left nothing out. */
export const savingsNotice = ({ savings, plan }: Summary): string | undefined => {
  if (savings === undefined) return undefined;
  const { cells, seconds, plannedSeconds, rules } = savings;
  const parts = rules.map((one) => `${one.cells} ${RULES[one.rule]}`).join(', ');
  const own = plan.where === 'aws' ? ' Each node pair decided by what it had measured itself.' : '';
  return `Early stopping left out ${cells} of ${plan.cellCount} cells, ${durationText(seconds)} of ${durationText(plannedSeconds)} of load (${formatPercent(seconds / plannedSeconds)} %): ${parts}. The reasons stand at the rows in summary.json.${own}`;
};
