import { headlineFamilies } from '../analysis/verdicts/headline.ts';
import { runErrorText } from '../analysis/verdicts/run-error.ts';
import type { Summary } from '../analysis/summary.ts';
import { groundsLine } from './grounds-line.ts';
import type { NamedLine } from './named-line.ts';
import { pairSpreadLines } from './pair-spread-line.ts';
import { priceLine } from './price-line.ts';
import { sloRateLines } from './slo-rate-lines.ts';
import { winnerLines } from './winner-lines.ts';

type Labels = ReadonlyMap<string, string>;

/** How often a verdict of the run may be wrong. Empty where nothing was decided. */
const errorLines = ({ verdicts = [] }: Summary): readonly NamedLine[] => {
  const value = runErrorText(verdicts, headlineFamilies(verdicts));
  return value === undefined ? [] : [{ name: 'Chance of a wrong word', value }];
};

/** What a run comes to, for the head of a report: who won and by how much, at what price, and how far to believe it. */
export const glanceLines = (summary: Summary, labels: Labels): readonly NamedLine[] => [
  ...winnerLines(summary, labels),
  ...errorLines(summary),
  ...sloRateLines(summary, labels),
  priceLine(summary, labels),
  groundsLine(summary),
  ...pairSpreadLines(summary),
];
