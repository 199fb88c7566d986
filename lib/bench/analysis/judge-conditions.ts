import { METRICS, type Condition, type Metric } from '../model/condition.ts';
import type { Level, Scenario, Target } from '../model/measurement.ts';
import { counted, formatFigure, joined } from '../wording/format-number.ts';
import { resultLabel, rowLabels } from '../wording/labels.ts';
import { lackOfAnswers, type Claimed } from '../stats/percentile-claim.ts';
import type { SummaryRow } from './summary-row.ts';
import type { Summary } from './summary.ts';

/** Whether what a condition names occurred in a run; it names what must not occur, such as `p95>100ms`. */
export interface ConditionResult {
  readonly condition: Condition;
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
  /** The first result that lacks the figure, and why; absent if none does. */
  readonly lacking?: Lack & {
    readonly target: Target;
    readonly scenario: Scenario;
    readonly level: Level;
  };
}

/** Why a result lacks a figure. */
interface Lack {
  readonly reason:
    | 'not-measured'
    | 'no-correct-answer'
    | 'no-price'
    | 'failed-check'
    | 'few-answers'
    | 'no-percentile';
  /** The answers that it has, if they are too few for the percentile. */
  readonly answers?: number;
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
const figureOf = (row: SummaryRow, metric: Metric, { costs }: Summary): number | Lack => {
  const { repeats, succeeded = 0 } = row;
  if (repeats === 0) return { reason: 'not-measured' };
  if (metric === 'rate') return row.requestRatePerSecond?.value ?? 0;
  if (metric === 'failed') return 100 * (row.failedShare ?? 0);
  if (succeeded === 0) return { reason: 'no-correct-answer' };
  if (metric === 'cost') {
    return row.usdPerMillion ?? { reason: costs === undefined ? 'no-price' : 'failed-check' };
  }
  const value = row[`${metric}Ms`]?.value;
  if (value !== undefined) return value;
  return metric !== 'p50' && lackOfAnswers(metric, succeeded) !== undefined
    ? { reason: 'few-answers', answers: succeeded }
    : { reason: 'no-percentile' };
};

const placeOf = ({ target, scenario, level }: SummaryRow) => ({ target, scenario, level });

const judge = (condition: Condition, summary: Summary): ConditionResult => {
  const { metric, bound, servings } = condition;
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
  const [lacking] = figures.flatMap(({ row, figure }) =>
    typeof figure === 'number' ? [] : [{ ...placeOf(row), ...figure }],
  );
  const unknown = rows.length - known.length;
  const violations = known.filter(({ value }) => sign * (value - bound) > 0).length;
  return {
    condition,
    state: rows.length > 0 && violations === 0 && unknown === 0 ? 'passed' : 'failed',
    results: rows.length,
    unknown,
    violations,
    worst: worst && { ...placeOf(worst.row), value: worst.value },
    lacking,
  };
};

/** Judges all conditions on a run. A condition fails if a figure is unknown. */
export const judgeConditions = (
  summary: Summary,
  conditions: readonly Condition[],
): readonly ConditionResult[] => conditions.map((condition) => judge(condition, summary));

const LACKS: Readonly<Record<Exclude<Lack['reason'], 'few-answers'>, string>> = {
  'not-measured': 'was not measured',
  'no-correct-answer': 'has no correct answer',
  'no-price': 'has no price',
  'failed-check': 'fails a check',
  'no-percentile': 'has no such percentile',
};

const lackText = (metric: Metric, { reason, answers = 0 }: Lack): string =>
  reason === 'few-answers'
    ? `has ${lackOfAnswers(metric as Claimed, answers)} (more with --duration or --repeats)`
    : LACKS[reason];

/** What a condition found in a run, as a sentence without a full stop. */
export const conditionText = (
  { condition, results, unknown, violations, worst, lacking }: ConditionResult,
  { rows, plan }: Pick<Summary, 'rows' | 'plan'>,
): string => {
  const { text, metric, boundText, servings } = condition;
  const figure = servings === undefined ? metric : `${text.split(':')[0] ?? ''}: ${metric}`;
  if (results === 0) return `${figure}: the run has no such result`;
  const labels = rowLabels(rows, plan);
  const ofResults = `of ${counted(results, 'result')}`;
  return joined(
    '; ',
    worst && `${figure} ${METRICS[metric]} ${boundText} in ${violations || 'none'} ${ofResults}`,
    worst && `worst ${formatFigure(worst.value)}${UNITS[metric]}: ${resultLabel(labels, worst)}`,
    lacking &&
      `${figure} unknown in ${unknown} ${ofResults}: ${resultLabel(labels, lacking)} ${lackText(metric, lacking)}`,
  );
};
