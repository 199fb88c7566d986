import { METRICS, type Condition, type Metric } from '../model/condition.ts';
import type { Level, Scenario, Target } from '../model/measurement.ts';
import { counted, formatFigure } from '../wording/format-number.ts';
import { resultLabel, rowLabels } from '../wording/labels.ts';
import { lackOfAnswers } from '../stats/percentile-claim.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Summary } from './summary.ts';

/** Whether what a condition names occurred in a run; it names what must not occur, such as `p95>100ms`. */
export interface ConditionResult {
  /** The condition as it was typed. */
  readonly condition: string;
  /** `failed`: it occurred, or a figure is unknown. */
  readonly state: 'passed' | 'failed';
  /** Number of results that it applies to. */
  readonly results: number;
  /** Of these, results that lack the figure. */
  readonly unknown: number;
  /** Of these, results in which it occurred. */
  readonly violations: number;
  /** The result with the worst figure, in the unit of the condition; absent if none has one. */
  readonly worst?: {
    readonly target: Target;
    readonly scenario: Scenario;
    readonly level: Level;
    readonly value: number;
  };
  /** A sentence without a full stop. */
  readonly finding: string;
}

const UNITS: Readonly<Record<Metric, string>> = {
  p50: ' ms',
  p95: ' ms',
  p99: ' ms',
  rate: ' requests/s',
  failed: ' %',
  cost: ' USD per million answers',
};

/** The figure of a result, or why it is missing. */
const figureOf = (row: SummaryRow, metric: Metric, { costs }: Summary): number | string => {
  const { repeats, succeeded = 0 } = row;
  if (repeats === 0) return 'was not measured';
  if (metric === 'rate') return row.requestRatePerSecond?.value ?? 0;
  if (metric === 'failed') return 100 * (row.failedShare ?? 0);
  if (succeeded === 0) return 'has no correct answer';
  if (metric === 'cost') {
    return row.usdPerMillion ?? (costs === undefined ? 'has no price' : 'fails a check');
  }
  const value = row[`${metric}Ms`]?.value;
  if (value !== undefined) return value;
  const lack = metric === 'p50' ? undefined : lackOfAnswers(metric, succeeded);
  return lack === undefined
    ? 'has no such percentile'
    : `has ${lack} (more with --duration or --repeats)`;
};

const findingOf = (
  { text, metric, boundText, servings }: Condition,
  { results, unknown, violations, worst }: Omit<ConditionResult, 'finding'>,
  [worstName = '', lacking = '']: readonly (string | undefined)[],
): string => {
  const figure = servings === undefined ? metric : `${text.split(':')[0] ?? ''}: ${metric}`;
  if (results === 0) return `${figure}: the run has no such result`;
  const beyond = `${METRICS[metric]} ${boundText}`;
  const ofResults = `of ${counted(results, 'result')}`;
  const judged =
    violations > 0
      ? `${figure} ${beyond} in ${violations} ${ofResults}`
      : `${figure} ${beyond} in none ${ofResults}`;
  return [
    ...(worst === undefined
      ? []
      : [judged, `worst ${formatFigure(worst.value)}${UNITS[metric]}: ${worstName}`]),
    ...(unknown === 0 ? [] : [`${figure} unknown in ${unknown} ${ofResults}: ${lacking}`]),
  ].join('; ');
};

const judge = (
  condition: Condition,
  summary: Summary,
  nameOf: (row: SummaryRow) => string,
): ConditionResult => {
  const { text, metric, bound, servings } = condition;
  const measured = summary.rows.filter(({ engine }) => engine !== 'noop');
  const rows = (measured.length > 0 ? measured : summary.rows).filter(
    ({ target }) => servings === undefined || servings.includes(target.serving),
  );
  // 1 if good figures lie below the bound.
  const sign = METRICS[metric] === 'above' ? 1 : -1;
  const figures = rows.map((row) => ({ row, figure: figureOf(row, metric, summary) }));
  const known = figures
    .flatMap(({ row, figure }) => (typeof figure === 'number' ? [{ row, value: figure }] : []))
    .toSorted((a, b) => sign * (b.value - a.value));
  const [worst] = known;
  const [lacking] = figures.filter(({ figure }) => typeof figure === 'string');
  const unknown = rows.length - known.length;
  const violations = known.filter(({ value }) => sign * (value - bound) > 0).length;
  const result: Omit<ConditionResult, 'finding'> = {
    condition: text,
    state: rows.length > 0 && violations === 0 && unknown === 0 ? 'passed' : 'failed',
    results: rows.length,
    unknown,
    violations,
    worst: worst && {
      target: worst.row.target,
      scenario: worst.row.scenario,
      level: worst.row.level,
      value: worst.value,
    },
  };
  const names = [worst && nameOf(worst.row), lacking && `${nameOf(lacking.row)} ${lacking.figure}`];
  return { ...result, finding: findingOf(condition, result, names) };
};

/** Judges all conditions on a run. A condition fails if a figure is unknown. */
export const judgeConditions = (
  summary: Summary,
  conditions: readonly Condition[],
): readonly ConditionResult[] => {
  const labels = rowLabels(summary.rows, summary.plan);
  return conditions.map((condition) =>
    judge(condition, summary, (row) => resultLabel(labels, row)),
  );
};
