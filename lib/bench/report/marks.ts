import { checkFacts } from '../analysis/checks/check-facts.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Chip } from './model.ts';

const repeatMarks = (row: SummaryRow): readonly Chip[] => {
  const { repeats, failedRepeats, plannedRepeats: planned } = row;
  if (repeats === 0) {
    const reason = failedRepeats[0]?.message;
    return reason === undefined
      ? [{ kind: 'failed', text: 'not run' }]
      : [{ kind: 'failed', text: 'no figures', long: `no figures: ${reason}` }];
  }
  if (repeats >= planned) return [];
  const long = `only ${repeats} of ${planned} repeats gave figures`;
  return [{ kind: 'info', text: `${repeats}/${planned}`, long }];
};

/** What is said of one check; the calibration is of the whole run, and stands at its top. */
const checkMarks = ({ checks = [] }: SummaryRow, state: 'failed' | 'warned'): readonly Chip[] =>
  checks
    .filter((result) => result.state === state && result.check !== 'calibration')
    .map(({ check, finding, advice = '' }) => ({
      kind: state,
      text: checkFacts[check].tag,
      long: `${finding} ${advice}`.trimEnd(),
    }));

const steadyMarks = ({ unsteadyRepeats: unsteady = [] }: SummaryRow): readonly Chip[] => {
  if (unsteady.length === 0) return [];
  const long = `rate or latency still changed at the end of the window in repeat ${unsteady.join(', ')}: measure longer, or warm up longer`;
  return [{ kind: 'info', text: 'unsteady', long }];
};

/** What a reader must know before trusting a row, the gravest first. */
export const marksOf = (row: SummaryRow): readonly Chip[] => [
  ...repeatMarks(row),
  ...checkMarks(row, 'failed'),
  ...checkMarks(row, 'warned'),
  ...steadyMarks(row),
];
