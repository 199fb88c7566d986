/** What is asked of every figure before it may support a verdict, in the order in which outputs name it. */
export const GATES = [
  'little',
  'generator-cpu',
  'middleware-cpu',
  'ceiling',
  'direct',
  'schedule',
  'server-idle',
  'gpu-throttled',
  'censoring',
  'oracle',
] as const;

export type GateName = (typeof GATES)[number];

/** What a gate says of one repeat of a row: of one cell. */
export interface RepeatGate extends Pick<GateResult, 'state' | 'figure' | 'limit'> {
  readonly repeat: number;
}

/** What one gate says of one row, or of a whole run. */
export interface GateResult {
  readonly gate: GateName;
  /**
   * `warned`: worth a sentence, and verdicts stand; `unknown`: the run has no figure for it; `not-applicable`: the question
   * does not arise, as a schedule in a closed loop.
   */
  readonly state: 'passed' | 'failed' | 'warned' | 'unknown' | 'not-applicable';
  /** What was measured, in the unit of the gate. */
  readonly figure?: number;
  /** What it is held against, in the same unit. */
  readonly limit?: number;
  /** The figure against its limit, as a sentence. */
  readonly finding: string;
  /** What to do, as a sentence; absent where the gate is passed or not applicable. */
  readonly advice?: string;
  /** The cells of the row, where there are several and the gate has figures of them. */
  readonly repeats?: readonly RepeatGate[];
}

/** Whether the figures of a run can be believed as a whole. */
export interface Validity {
  readonly valid: boolean;
  /** Why not, the gravest first, each a sentence with what to do. Empty where it is valid. */
  readonly reasons: readonly string[];
}
