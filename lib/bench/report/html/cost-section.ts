import type { Summary } from '../../analysis/summary.ts';
import type { Chart } from '../charts/chart.ts';
import { COST_COLUMNS, costFootnote } from '../cost-columns.ts';
import { headColumns, neededPathColumns } from '../path-column.ts';
import { chartFigure } from './chart-figure.ts';
import { columnTable } from './column-table.ts';
import { html, type Markup } from './markup.ts';

/** What a million answers cost on each path. Undefined where no price is known. */
export const costSection = (
  { costs }: Pick<Summary, 'costs'>,
  labels: ReadonlyMap<string, string>,
  charts: readonly Chart[],
): Markup | undefined =>
  costs === undefined || costs.paths.length === 0
    ? undefined
    : html`<section id="cost">
        <h2>Cost</h2>
        <div class="charts">${charts.map(chartFigure)}</div>
        ${columnTable(
          'What a million answers cost',
          [...headColumns(labels), ...neededPathColumns(COST_COLUMNS, costs.paths)],
          costs.paths,
        )}
        <p>${costFootnote(costs)}</p>
      </section>`;
