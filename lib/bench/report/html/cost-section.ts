import type { Summary } from '../../analysis/summary.ts';
import type { Chart } from '../charts/chart.ts';
import { COST_COLUMNS, costFootnote } from '../cost-columns.ts';
import { headColumns, neededTargetColumns } from '../target-column.ts';
import { chartFigure } from './chart-figure.ts';
import { columnTable } from './column-table.ts';
import { html, type Markup } from './markup.ts';

/** What a million answers cost on each target. Undefined where no price is known. */
export const costSection = (
  { costs }: Pick<Summary, 'costs'>,
  labels: ReadonlyMap<string, string>,
  charts: readonly Chart[],
): Markup | undefined =>
  costs === undefined || costs.targets.length === 0
    ? undefined
    : html`<section id="cost">
        <h2>Cost</h2>
        <div class="charts">${charts.map(chartFigure)}</div>
        ${columnTable(
          'What a million answers cost',
          [...headColumns(labels), ...neededTargetColumns(COST_COLUMNS, costs.targets)],
          costs.targets,
        )}
        <p>${costFootnote(costs)}</p>
      </section>`;
