/** What is asked of every figure before it may support a verdict, in the order in which outputs name it. */
export const CHECKS = [
  'little',
  'generator-cpu',
  'middleware-cpu',
  'noop-limit',
  'bypass',
  'schedule',
  'server-idle',
  'gpu-throttled',
  'censoring',
  'calibration',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** What one check says of one row, or of a whole run. */
export interface CheckResult {
  readonly check: CheckName;
  /**
   * `warned`: worth a sentence, and verdicts stand; `unknown`: the run has no figure for it; `not-applicable`: the question
   * does not arise, as a schedule in a closed loop.
   */
  readonly state: 'passed' | 'failed' | 'warned' | 'unknown' | 'not-applicable';
  /** What was measured, in the unit of the check. */
  readonly figure?: number;
  /** What it is held against, in the same unit. */
  readonly limit?: number;
  /** The figure against its limit, as a sentence. */
  readonly finding: string;
  /** What to do, as a sentence; absent where the check is passed or not applicable. */
  readonly advice?: string;
}

/** The result of a figure that was held against a limit; what to do is said only of one that failed. */
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
  /** Why not, the gravest first, each a sentence with what to do. Empty where it is valid. */
  readonly reasons: readonly string[];
}

/** What has been asked the checks; a row that has not has none. */
interface Judged {
  readonly checks?: readonly CheckResult[];
}

/** Whether the figures of a row may support a verdict: no check failed. What is unknown or warned about does not forbid it. */
export const checksSupport = ({ checks = [] }: Judged): boolean =>
  checks.every(({ state }) => state !== 'failed');

/** How much of a run's table may be quoted; rows of the no-op backend are no part of it. */
export interface UsableRows {
  /** Rows that have figures and were asked the checks. */
  readonly measured: number;
  /** Of these, rows that fail no check. */
  readonly usable: number;
  /** Of the usable ones, rows that a check warns about. */
  readonly warned: number;
}

/** Whether a check warns about a row. */
const isWarned = ({ checks = [] }: Judged): boolean =>
  checks.some(({ state }) => state === 'warned');

/** Counts the rows that may be quoted. Pure. */
export const usableRowsOf = (
  rows: readonly (Judged & { readonly repeats: number })[],
): UsableRows => {
  const measured = rows.filter(({ repeats, checks }) => repeats > 0 && checks !== undefined);
  const usable = measured.filter(checksSupport);
  return {
    measured: measured.length,
    usable: usable.length,
    warned: usable.filter(isWarned).length,
  };
};
