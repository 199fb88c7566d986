/** The checks that every figure must pass to support a verdict, in the order of the outputs. */
export const CHECKS = [
  'little',
  'generator-cpu',
  'middleware-cpu',
  'noop-limit',
  'bypass',
  'schedule',
  'server-idle',
  'gpu-throttled',
  'host-state',
  'censoring',
  'calibration',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** What one check says of one row, or of a whole run. */
export interface CheckResult {
  readonly check: CheckName;
  /**
   * `warned`: reported, but verdicts stand; `unknown`: the run has no figure for it; `not-applicable`: the question does not
   * arise, such as the schedule of a closed loop.
   */
  readonly state: 'passed' | 'failed' | 'warned' | 'unknown' | 'not-applicable';
  /** What was measured, in the unit of the check. */
  readonly figure?: number;
  /** The limit, in the same unit. */
  readonly limit?: number;
  /** The figure against its limit, as a sentence. */
  readonly finding: string;
  /** What to do, as a sentence; absent if the check is passed or not applicable. */
  readonly advice?: string;
}

/** The result of comparing a figure with its limit; only a failure comes with advice. */
export const passedWhere = (
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

/** Whether the figures of a run can be believed as a whole. */
export interface Validity {
  readonly valid: boolean;
  /** Why not, the gravest first, each a sentence with advice. Empty if it is valid. */
  readonly reasons: readonly string[];
  /** The command that measures again what failed; absent if nothing did. */
  readonly resume?: string;
}

/** A row with its checks, if it was checked. */
interface Judged {
  readonly checks?: readonly CheckResult[];
}

/** Whether the figures of a row may support a verdict: no check failed. Unknown results and warnings do not forbid it. */
export const checksSupport = ({ checks = [] }: Judged): boolean =>
  checks.every(({ state }) => state !== 'failed');

/** How many results of a run may be quoted, without those of the no-op backend. */
export interface UsableRows {
  /** Rows with figures and checks. */
  readonly measured: number;
  /** Of these, rows that fail no check. */
  readonly usable: number;
}

/** Counts the rows that may be quoted. */
export const usableRowsOf = (
  rows: readonly (Judged & { readonly repeats: number })[],
): UsableRows => {
  const measured = rows.filter(({ repeats, checks }) => repeats > 0 && checks !== undefined);
  return { measured: measured.length, usable: measured.filter(checksSupport).length };
};
