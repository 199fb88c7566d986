import type { AnswerCheck, CompletedMeasurement } from '../../model/record.ts';
import type { MeasuredRow } from '../records.ts';
import type { CheckResult, FactsByName, UsableRows } from '../summary-row.ts';

/** What a check may look at: a row with its repeats, at least one, and its run. */
export interface Checkable extends MeasuredRow {
  readonly run: {
    readonly rows: readonly MeasuredRow[];
    readonly calibration: CheckResult;
    readonly answerChecks: readonly AnswerCheck[];
    /** Whether other programs disturbed it. */
    readonly isBusy: boolean;
  };
}

/** A check and its words. To add one, write a file like the others, and a line in `checks.ts`. */
export interface Check<Facts = FactsByName> {
  readonly name: string;
  readonly title: string;
  readonly asks: string;
  readonly limit: string;
  /** A label for results that did not pass. */
  readonly tag: string;
  judge(subject: Checkable): CheckResult<Facts>;
  /** Compares the figure with its limit, as a sentence. */
  finding(result: CheckResult<Facts>): string;
  /** What to do about a result that did not pass, as a sentence; undefined if there is nothing to do. */
  advice(result: CheckResult<Facts>): string | undefined;
}

/**
 * A result that passed or not.
 *
 * @param otherwise its state if it did not; `at-limit` if that is no fault of the result, but makes it a lower bound
 */
export const passedIf = <Facts>(
  isWithin: boolean,
  result: Omit<CheckResult<Facts>, 'state'>,
  otherwise: 'failed' | 'at-limit' = 'failed',
): CheckResult<Facts> => ({ ...result, state: isWithin ? 'passed' : otherwise });

/** Judges all repeats together and, if they pass, each alone. The row fails if its worst repeat does. */
export const overRepeats =
  <Facts>(judge: (repeats: readonly CompletedMeasurement[]) => CheckResult<Facts>) =>
  ({ repeats }: Pick<Checkable, 'repeats'>): CheckResult<Facts> => {
    const all = judge(repeats);
    if (repeats.length < 2 || all.figure === undefined || all.state === 'failed') return all;
    const [worst] = repeats
      .map((record) => ({ ...judge([record]), repeat: record.measurement.repeat }))
      .filter(({ state }) => state === 'failed')
      .toSorted((a, b) => (b.figure ?? 0) - (a.figure ?? 0));
    return worst ?? all;
  };

interface CheckedRow {
  readonly checks?: readonly CheckResult[];
}

/** Whether a check failed, so that the figures of a row are not those of its server. */
export const failsCheck = ({ checks = [] }: CheckedRow): boolean =>
  checks.some(({ state }) => state === 'failed');

/** Whether the rig was the limit of a row, so that its rate is a lower bound. */
export const isAtLimit = (row: CheckedRow): boolean =>
  !failsCheck(row) && (row.checks ?? []).some(({ state }) => state === 'at-limit');

/** Whether the figures of a row are those of its server: no check failed, and the rig was not the limit. Warnings and unknown results do not matter. */
export const checksSupport = (row: CheckedRow): boolean => !failsCheck(row) && !isAtLimit(row);

/** Counts the rows that may be quoted. */
export const usableRowsOf = (
  rows: readonly (CheckedRow & { readonly repeats: number })[],
): UsableRows => {
  const measured = rows.filter(({ repeats, checks }) => repeats > 0 && checks !== undefined);
  return { measured: measured.length, usable: measured.filter((row) => !failsCheck(row)).length };
};
