import { gateFacts } from '../analysis/gates/gate-facts.ts';
import { GATES, type GateName, type GateResult } from '../analysis/gates/gate.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../model/cell.ts';
import { formatFigure, formatPercent, NO_FIGURE } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';

/** What the figure and the limit of a gate are in. A share is of 1. */
export const GATE_UNITS: Readonly<Record<GateName, 'share' | 'percent' | 'count'>> = {
  little: 'share',
  'generator-cpu': 'share',
  'middleware-cpu': 'share',
  ceiling: 'share',
  direct: 'share',
  schedule: 'share',
  'server-idle': 'percent',
  'gpu-throttled': 'share',
  censoring: 'count',
  oracle: 'share',
};

/** Gates whose figure is to be at least the limit. */
const IS_LEAST: ReadonlySet<GateName> = new Set(['direct', 'server-idle']);

/** A figure or a limit of a gate, as in `12.9 %`; `–` where there is none. */
const valueText = (gate: GateName, value: number | undefined): string => {
  if (value === undefined) return NO_FIGURE;
  const unit = GATE_UNITS[gate];
  if (unit === 'count') return String(value);
  return `${unit === 'share' ? formatPercent(value) : formatFigure(value)} %`;
};

/** What a gate measured of a row. */
export const gateFigureText = ({ gate, figure }: GateResult): string => valueText(gate, figure);

/** What it is held against, as in `≤ 80.0 %`. */
export const gateLimitText = ({ gate, limit }: GateResult): string =>
  limit === undefined ? NO_FIGURE : `${IS_LEAST.has(gate) ? '≥' : '≤'} ${valueText(gate, limit)}`;

/** The rows that were asked, in their order. */
export const gatedRows = ({
  rows,
}: Pick<Summary, 'rows'>): readonly (SummaryRow & { readonly gates: readonly GateResult[] })[] =>
  rows.flatMap((row) => (row.gates === undefined ? [] : [{ ...row, gates: row.gates }]));

/** The figure that came nearest to the limit of a gate of those that pass it. */
export interface WorstPassed {
  readonly title: string;
  readonly figure: string;
  readonly limit: string;
  readonly place: string;
}

/** How much of the limit a figure uses up; undefined where there is nothing to use up. */
const usedOf = ({ gate, figure, limit }: GateResult): number | undefined => {
  if (figure === undefined || limit === undefined || limit === 0) return undefined;
  return IS_LEAST.has(gate) ? limit / Math.max(figure, Number.MIN_VALUE) : figure / limit;
};

/** Of each gate the worst figure that passed, as far as it has figures. */
export const worstPassed = (
  summary: Pick<Summary, 'rows'>,
  labels: ReadonlyMap<string, string>,
): readonly WorstPassed[] =>
  GATES.flatMap((gate): readonly WorstPassed[] => {
    const passed = gatedRows(summary).flatMap(({ path, scenario, level, gates }) =>
      gates.flatMap((result) => {
        const used = result.gate === gate && result.state === 'passed' ? usedOf(result) : undefined;
        const place = `${labels.get(pathId(path)) ?? pathId(path)}, ${scenario}, ${levelLabel(level)}`;
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
        title: gateFacts[gate].title,
        figure: gateFigureText(result),
        limit: gateLimitText(result),
        place: gate === 'oracle' ? 'the whole run' : place,
      },
    ];
  });
