import { checkFacts } from '../analysis/checks/check-facts.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';

/** What a reader must know before trusting a row. */
export interface Mark {
  readonly kind: 'check' | 'warned' | 'repeats' | 'steady' | 'empty';
  /** A word or two. */
  readonly tag: string;
  /** The whole sentence. */
  readonly long: string;
}

const repeatMarks = (row: SummaryRow): readonly Mark[] => {
  const { repeats, failedRepeats, plannedRepeats: planned } = row;
  if (repeats === 0) {
    const reason = failedRepeats[0]?.message;
    return reason === undefined
      ? [{ kind: 'empty', tag: 'not run', long: 'not run' }]
      : [{ kind: 'empty', tag: 'no figures', long: `no figures: ${reason}` }];
  }
  if (repeats >= planned) return [];
  const long = `only ${repeats} of ${planned} repeats gave figures`;
  return [{ kind: 'repeats', tag: `${repeats}/${planned}`, long }];
};

/** What is said of one check; the calibration is of the whole run, and stands at its top. */
const checkMarks = ({ checks = [] }: SummaryRow, state: 'failed' | 'warned'): readonly Mark[] =>
  checks
    .filter((result) => result.state === state && result.check !== 'calibration')
    .map(({ check, finding, advice = '' }) => ({
      kind: state === 'failed' ? 'check' : 'warned',
      tag: checkFacts[check].tag,
      long: `${finding} ${advice}`.trimEnd(),
    }));

const steadyMarks = ({ steady }: SummaryRow): readonly Mark[] => {
  const unsteady = steady?.unsteadyRepeats ?? [];
  if (unsteady.length === 0) return [];
  const long = `rate or latency still changed at the end of the window in repeat ${unsteady.join(', ')}: measure longer, or warm up longer`;
  return [{ kind: 'steady', tag: 'unsteady', long }];
};

/** The marks of a row, the gravest first. */
export const marksOf = (row: SummaryRow): readonly Mark[] => [
  ...repeatMarks(row),
  ...checkMarks(row, 'failed'),
  ...checkMarks(row, 'warned'),
  ...steadyMarks(row),
];
