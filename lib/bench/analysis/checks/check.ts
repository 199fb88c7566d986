/** The checks of a row, in the order of the outputs. A row that fails one supports no verdict. */
export const CHECKS = [
  'users-busy',
  'generator-cpu',
  'middleware-cpu',
  'noop-limit',
  'bypass',
  'schedule',
  'gpu-idle',
  'gpu-throttled',
  'host-state',
  'drift',
  'censoring',
  'calibration',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** The result of a check on a row, or on a run. */
export interface CheckResult {
  readonly check: CheckName;
  /**
   * `warned`: reported, but verdicts stand; `unknown`: the run lacks the figure; `not-applicable`: the question does not arise, such as
   * the schedule of a closed loop.
   */
  readonly state: 'passed' | 'failed' | 'warned' | 'unknown' | 'not-applicable';
  /** The node pair of a calibration; absent on a single machine. */
  readonly pair?: number;
  /** The measured value, in the unit of the check. */
  readonly figure?: number;
  /** The limit, in the same unit. */
  readonly limit?: number;
  /** Compares the figure with its limit, as a sentence. */
  readonly finding: string;
  /** What to do, as a sentence; absent if the check passed or does not apply. */
  readonly advice?: string;
}

/** Creates a result that passed or failed. Only a failure has advice. */
export const passedIf = (
  isWithin: boolean,
  {
    check,
    figure,
    limit,
    finding,
    advice,
  }: Pick<CheckResult, 'check' | 'finding'> &
    Required<Pick<CheckResult, 'figure' | 'limit' | 'advice'>>,
): CheckResult =>
  isWithin
    ? { check, state: 'passed', figure, limit, finding }
    : { check, state: 'failed', figure, limit, finding, advice };

/** Whether the figures of a run can be trusted as a whole. */
export interface Validity {
  readonly valid: boolean;
  /** Why not, the gravest reason first, as sentences with advice. */
  readonly reasons: readonly string[];
  /** The command that repeats failed measurements; absent if there are none. */
  readonly resume?: string;
}

interface CheckedRow {
  readonly checks?: readonly CheckResult[];
}

/** Whether a row may support a verdict: no check failed. Warnings and unknown results do not matter. */
export const checksSupport = ({ checks = [] }: CheckedRow): boolean =>
  checks.every(({ state }) => state !== 'failed');

/** How many rows of a run may be quoted, without no-op limits. */
export interface UsableRows {
  /** Rows with figures and checks. */
  readonly measured: number;
  /** Of these, rows in which no check failed. */
  readonly usable: number;
}

/** Counts the rows that may be quoted. */
export const usableRowsOf = (
  rows: readonly (CheckedRow & { readonly repeats: number })[],
): UsableRows => {
  const measured = rows.filter(({ repeats, checks }) => repeats > 0 && checks !== undefined);
  return { measured: measured.length, usable: measured.filter(checksSupport).length };
};
