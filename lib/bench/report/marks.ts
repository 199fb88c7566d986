import { gateFacts } from '../analysis/gates/gate-facts.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';

/** What a reader must know before trusting a row. */
export interface Mark {
  readonly kind: 'gate' | 'warned' | 'repeats' | 'steady' | 'empty';
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

/** What is said of one gate; the oracle is of the whole run, and stands at its top. */
const gateMarks = ({ gates = [] }: SummaryRow, state: 'failed' | 'warned'): readonly Mark[] =>
  gates
    .filter((result) => result.state === state && result.gate !== 'oracle')
    .map(({ gate, finding, advice = '' }) => ({
      kind: state === 'failed' ? 'gate' : 'warned',
      tag: gateFacts[gate].tag,
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
  ...gateMarks(row, 'failed'),
  ...gateMarks(row, 'warned'),
  ...steadyMarks(row),
];
