import { checkFacts } from '../analysis/checks/check-facts.ts';
import { CHECKS, type CheckName, type CheckResult } from '../analysis/checks/check.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { formatFigure, formatPercent, NO_FIGURE } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';

/** What the figure and the limit of a check are in. A share is of 1. */
export const CHECK_UNITS: Readonly<Record<CheckName, 'share' | 'percent' | 'count'>> = {
  little: 'share',
  'generator-cpu': 'share',
  'middleware-cpu': 'share',
  'noop-limit': 'share',
  bypass: 'share',
  schedule: 'share',
  'server-idle': 'percent',
  'gpu-throttled': 'share',
  censoring: 'count',
  calibration: 'share',
};

/** Checks whose figure is to be at least the limit. */
const IS_LEAST: ReadonlySet<CheckName> = new Set(['bypass', 'server-idle']);

/** A figure or a limit of a check, as in `12.9 %`; `–` where there is none. */
const valueText = (check: CheckName, value: number | undefined): string => {
  if (value === undefined) return NO_FIGURE;
  const unit = CHECK_UNITS[check];
  if (unit === 'count') return String(value);
  return `${unit === 'share' ? formatPercent(value) : formatFigure(value)} %`;
};

/** What a check measured of a row. */
export const checkFigureText = ({ check, figure }: CheckResult): string => valueText(check, figure);

/** What it is held against, as in `≤ 80.0 %`. */
export const checkLimitText = ({ check, limit }: CheckResult): string =>
  limit === undefined ? NO_FIGURE : `${IS_LEAST.has(check) ? '≥' : '≤'} ${valueText(check, limit)}`;

/** The rows that were asked, in their order. */
export const checkedRows = ({
  rows,
}: Pick<Summary, 'rows'>): readonly (SummaryRow & { readonly checks: readonly CheckResult[] })[] =>
  rows.flatMap((row) => (row.checks === undefined ? [] : [{ ...row, checks: row.checks }]));

/** The figure that came nearest to the limit of a check of those that pass it. */
export interface WorstPassed {
  readonly title: string;
  readonly figure: string;
  readonly limit: string;
  readonly place: string;
}

/** How much of the limit a figure uses up; undefined where there is nothing to use up. */
const usedOf = ({ check, figure, limit }: CheckResult): number | undefined => {
  if (figure === undefined || limit === undefined || limit === 0) return undefined;
  return IS_LEAST.has(check) ? limit / Math.max(figure, Number.MIN_VALUE) : figure / limit;
};

/** Of each check the worst figure that passed, as far as it has figures. */
export const worstPassed = (
  summary: Pick<Summary, 'rows'>,
  labels: ReadonlyMap<string, string>,
): readonly WorstPassed[] =>
  CHECKS.flatMap((check): readonly WorstPassed[] => {
    const passed = checkedRows(summary).flatMap(({ target, scenario, level, checks }) =>
      checks.flatMap((result) => {
        const used =
          result.check === check && result.state === 'passed' ? usedOf(result) : undefined;
        const place = `${labels.get(targetId(target)) ?? targetId(target)}, ${scenario}, ${levelLabel(level)}`;
        return used === undefined ? [] : [{ result, used, place }];
      }),
    );
    const worst = passed.reduce<(typeof passed)[number] | undefined>(
      (most, one) => (most !== undefined && most.used >= one.used ? most : one),
      undefined,
    );
    if (worst === undefined) return [];
    const { result, place } = worst;
    return [
      {
        title: checkFacts[check].title,
        figure: checkFigureText(result),
        limit: checkLimitText(result),
        place: check === 'calibration' ? 'the whole run' : place,
      },
    ];
  });
