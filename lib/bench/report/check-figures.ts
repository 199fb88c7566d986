import { checkFacts, type CheckFacts } from '../analysis/checks/check-facts.ts';
import { CHECKS, type CheckName, type CheckResult } from '../analysis/checks/check.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { levelLabel } from '../wording/labels.ts';

/** How many rows a check let pass. */
export interface CheckCount extends CheckFacts {
  readonly check: CheckName;
  readonly passed: number;
  readonly failed: number;
  readonly warned: number;
  readonly unknown: number;
  readonly notApplicable: number;
}

/** A row that a check did not let pass, or warned about. */
export interface CheckFinding {
  readonly check: CheckName;
  readonly state: 'failed' | 'warned';
  readonly title: string;
  readonly path: string;
  readonly scenario: string;
  readonly load: string;
  readonly finding: string;
  readonly advice: string;
}

const resultOf = (
  { checks = [] }: Pick<SummaryRow, 'checks'>,
  check: CheckName,
): CheckResult | undefined => checks.find((result) => result.check === check);

/** A row that was asked. */
interface Asked {
  readonly path: string;
  readonly scenario: string;
  readonly load: string;
  readonly checks: readonly CheckResult[];
}

type Labels = ReadonlyMap<string, string>;

const askedRows = ({ rows }: Pick<Summary, 'rows'>, labels: Labels): readonly Asked[] =>
  rows.flatMap(({ target, scenario, level, checks }) => {
    const id = targetId(target);
    const load = levelLabel(level);
    return checks === undefined ? [] : [{ path: labels.get(id) ?? id, scenario, load, checks }];
  });

/** Every check with its counts, in their order; empty where no row was asked. */
export const checkCounts = (summary: Pick<Summary, 'rows'>): readonly CheckCount[] => {
  const asked = askedRows(summary, new Map());
  if (asked.length === 0) return [];
  return CHECKS.map((check) => {
    const states = asked.map((one) => resultOf(one, check)?.state ?? 'not-applicable');
    const count = (state: CheckResult['state']): number =>
      states.filter((one) => one === state).length;
    return {
      check,
      ...checkFacts[check],
      passed: count('passed'),
      failed: count('failed'),
      warned: count('warned'),
      unknown: count('unknown'),
      notApplicable: count('not-applicable'),
    };
  });
};

/** What the check of the whole run says where it is no finding: its figures, or why there are none. */
export const calibrationSentence = ({ rows }: Pick<Summary, 'rows'>): string | undefined => {
  const result = rows.flatMap((row) => resultOf(row, 'calibration') ?? [])[0];
  return result === undefined || result.state === 'failed'
    ? undefined
    : `${checkFacts.calibration.title}, ${result.state}: ${result.finding}`;
};

/** A list in which nobody would find anything; all of it is in summary.json. */
const MOST_FINDINGS_A_GATE = 50;

export interface CheckFindings {
  readonly findings: readonly CheckFinding[];
  /** Findings that the list leaves out. */
  readonly more: number;
}

/** What failed or was warned about, by check. The calibration is of the run, and comes once. */
export const checkFindings = (summary: Pick<Summary, 'rows'>, labels: Labels): CheckFindings => {
  const asked = askedRows(summary, labels);
  const perCheck = CHECKS.map((check) => {
    const found = asked.flatMap(({ path, scenario, load, checks }): CheckFinding[] => {
      const result = resultOf({ checks }, check);
      if (result?.state !== 'failed' && result?.state !== 'warned') return [];
      const { state, finding, advice = '' } = result;
      const { title } = checkFacts[check];
      const place =
        check === 'calibration'
          ? { path: 'the whole run', scenario: '', load: '' }
          : { path, scenario, load };
      return [{ check, state, title, ...place, finding, advice }];
    });
    return check === 'calibration' ? found.slice(0, 1) : found;
  });
  const shown = perCheck.flatMap((found) => found.slice(0, MOST_FINDINGS_A_GATE));
  return { findings: shown, more: perCheck.flat().length - shown.length };
};
