import { NEAR_CEILING_SHARE } from '../analysis/ceiling.ts';
import type { SummaryRow } from '../analysis/summary.ts';

/** What a reader must know before trusting a row. */
export interface Mark {
  readonly kind: 'ceiling' | 'generator' | 'repeats' | 'steady' | 'empty';
  /** A word or two where there is little room. */
  readonly tag: string;
  /** A few words for a table. */
  readonly short: string;
  /** The whole sentence. */
  readonly long: string;
}

const NEAR_PERCENT = Math.round(NEAR_CEILING_SHARE * 100);

/** The marks of a row, the gravest first. */
export const marksOf = (row: SummaryRow): readonly Mark[] => {
  const marks: Mark[] = [];
  const planned = row.plannedRepeats ?? row.repeats + row.failedRepeats.length;
  if (row.repeats === 0) {
    const reason = row.failedRepeats[0]?.message;
    marks.push({
      kind: 'empty',
      tag: 'no figures',
      short: reason === undefined ? 'not run' : 'no figures',
      long: reason === undefined ? 'not run' : `no figures: ${reason}`,
    });
  } else if (row.repeats < planned) {
    marks.push({
      kind: 'repeats',
      tag: `${row.repeats}/${planned}`,
      short: `${row.repeats} of ${planned} repeats`,
      long: `only ${row.repeats} of ${planned} repeats gave figures`,
    });
  }
  if (row.ceiling?.near === true) {
    marks.push({
      kind: 'ceiling',
      tag: 'ceiling',
      short: 'near the apparatus’ ceiling',
      long: `above ${NEAR_PERCENT} % of what the apparatus carries with the null engine: the limit may be the apparatus, not the serving`,
    });
  }
  if (row.warnings.length > 0) {
    marks.push({
      kind: 'generator',
      tag: 'late',
      short: 'generator did not keep up',
      long: `the load generator did not keep up: ${row.warnings.join('; ')}`,
    });
  }
  const unsteady = row.steady?.unsteadyRepeats ?? [];
  if (unsteady.length > 0) {
    marks.push({
      kind: 'steady',
      tag: 'unsteady',
      short: `not steady in ${unsteady.length} of ${row.repeats}`,
      long: `rate or latency still changed at the end of the window in repeat ${unsteady.join(', ')}: measure longer, or warm up longer`,
    });
  }
  return marks;
};
