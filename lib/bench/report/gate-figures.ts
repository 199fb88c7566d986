import { gateFacts, type GateFacts } from '../analysis/gates/gate-facts.ts';
import { GATES, type GateName, type GateResult } from '../analysis/gates/gate.ts';
import type { Summary, SummaryRow } from '../analysis/summary.ts';
import { pathId } from '../plan/cell.ts';
import { levelLabel } from './labels.ts';

/** How many rows a gate let pass. */
export interface GateCount extends GateFacts {
  readonly gate: GateName;
  readonly passed: number;
  readonly failed: number;
  readonly warned: number;
  readonly unknown: number;
  readonly notApplicable: number;
}

/** A row that a gate did not let pass, or warned about. */
export interface GateFinding {
  readonly gate: GateName;
  readonly state: 'failed' | 'warned';
  readonly title: string;
  readonly path: string;
  readonly scenario: string;
  readonly load: string;
  readonly finding: string;
  readonly advice: string;
}

const resultOf = ({ gates = [] }: SummaryRow, gate: GateName): GateResult | undefined =>
  gates.find((result) => result.gate === gate);

/** Every gate with its counts, in their order; empty where no row was asked. */
export const gateCounts = ({ rows }: Pick<Summary, 'rows'>): readonly GateCount[] => {
  const asked = rows.filter(({ gates }) => gates !== undefined);
  if (asked.length === 0) return [];
  return GATES.map((gate) => {
    const count = (state: GateResult['state']): number =>
      asked.filter((row) => resultOf(row, gate)?.state === state).length;
    return {
      gate,
      ...gateFacts[gate],
      passed: count('passed'),
      failed: count('failed'),
      warned: count('warned'),
      unknown: count('unknown'),
      notApplicable: count('not-applicable'),
    };
  });
};

/** What the gate of the whole run says where it is no finding: its figures, or why there are none. */
export const oracleSentence = ({ rows }: Pick<Summary, 'rows'>): string | undefined => {
  const result = rows.flatMap((row) => resultOf(row, 'oracle') ?? [])[0];
  return result === undefined || result.state === 'failed'
    ? undefined
    : `${gateFacts.oracle.title}, ${result.state}: ${result.finding}`;
};

/** A list in which nobody would find anything; all of it is in summary.json. */
const MOST_FINDINGS_A_GATE = 50;

export interface GateFindings {
  readonly findings: readonly GateFinding[];
  /** Findings that the list leaves out. */
  readonly more: number;
}

/** What failed or was warned about, by gate. The oracle is of the run, and comes once. */
export const gateFindings = (
  { rows }: Pick<Summary, 'rows'>,
  labels: ReadonlyMap<string, string>,
): GateFindings => {
  const perGate = GATES.map((gate) => {
    const found = rows.flatMap((row): GateFinding[] => {
      const result = resultOf(row, gate);
      if (result?.state !== 'failed' && result?.state !== 'warned') return [];
      const { state, finding, advice = '' } = result;
      const { title } = gateFacts[gate];
      const id = pathId(row.path);
      const place =
        gate === 'oracle'
          ? { path: 'the whole run', scenario: '', load: '' }
          : {
              path: labels.get(id) ?? id,
              scenario: row.scenario,
              load: levelLabel(row.level),
            };
      return [{ gate, state, title, ...place, finding, advice }];
    });
    return gate === 'oracle' ? found.slice(0, 1) : found;
  });
  const shown = perGate.flatMap((found) => found.slice(0, MOST_FINDINGS_A_GATE));
  return { findings: shown, more: perGate.flat().length - shown.length };
};
