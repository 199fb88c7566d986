import type { CheckResult, SummaryRow } from '../summary-row.ts';
import type { CheckCount } from '../summary.ts';
import { bypass } from './bypass.ts';
import { calibration } from './calibration.ts';
import { censoring } from './censoring.ts';
import type { Check, Checkable } from './check.ts';
import { drift } from './drift.ts';
import { generatorCpu } from './generator-cpu.ts';
import { gpuIdle } from './gpu-idle.ts';
import { gpuThrottled } from './gpu-throttled.ts';
import { hostState } from './host-state.ts';
import { middlewareCpu } from './middleware-cpu.ts';
import { networkAllowance } from './network-allowance.ts';
import { noopLimit } from './noop-limit.ts';
import { schedule } from './schedule.ts';
import { usersBusy } from './users-busy.ts';

/** The checks of a row, in the order of the outputs. A row that fails one supports no verdict. */
export const CHECKS: readonly Check[] = [
  usersBusy,
  generatorCpu,
  middlewareCpu,
  noopLimit,
  bypass,
  schedule,
  networkAllowance,
  gpuIdle,
  gpuThrottled,
  hostState,
  drift,
  censoring,
  calibration,
];

/** Runs all checks on a row, in their order. */
export const rowChecks = (subject: Checkable): readonly CheckResult[] =>
  CHECKS.map((check) => check.judge(subject));

/** How rows fare in each check, in the order of the checks; empty if no row has any. */
export const checkCountsOf = (rows: readonly SummaryRow[]): readonly CheckCount[] => {
  const results = rows.flatMap(({ checks = [] }) => checks);
  if (results.length === 0) return [];
  return CHECKS.map(({ name }) => {
    const countOf = (wanted: CheckResult['state']): number =>
      results.filter(({ check, state }) => check === name && state === wanted).length;
    return {
      check: name,
      passed: countOf('passed'),
      failed: countOf('failed'),
      atLimit: countOf('at-limit'),
      warned: countOf('warned'),
      unknown: countOf('unknown'),
      notApplicable: countOf('not-applicable'),
    };
  });
};

/** The check of a result. */
export const checkOf = ({ check: name }: Pick<CheckResult, 'check'>): Check => {
  const check = CHECKS.find((known) => known.name === name);
  if (check === undefined) throw new Error(`there is no check ${name}`);
  return check;
};

/** Compares the figure of a result with its limit, as a sentence. */
export const findingOf = (result: CheckResult): string =>
  `${result.repeat === undefined ? '' : `Repeat ${result.repeat}: `}${checkOf(result).finding(result)}`;

/** What to do about a result, as a sentence; undefined if there is nothing to do. */
export const adviceOn = (result: CheckResult): string | undefined => {
  const { state } = result;
  return state === 'passed' || state === 'not-applicable'
    ? undefined
    : checkOf(result).advice(result);
};
