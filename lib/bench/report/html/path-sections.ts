import type { Summary } from '../../analysis/summary.ts';
import type { Chart } from '../charts/chart.ts';
import { COST_COLUMNS, costFootnote } from '../cost-columns.ts';
import { headColumns, neededPathColumns } from '../path-column.ts';
import { SCALING_COLUMNS, SCALING_FOOTNOTE, shownScaling } from '../scaling-columns.ts';
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

/** How each path's rate grows with its virtual users. Undefined where no path has two levels. */
export const scalingSection = (
  { scaling }: Pick<Summary, 'scaling'>,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const shown = shownScaling(scaling);
  return shown.length === 0
    ? undefined
    : html`<section id="scaling">
        <h2>Scaling</h2>
        ${columnTable(
          'How the rate grows with the virtual users',
          [...headColumns(labels), ...neededPathColumns(SCALING_COLUMNS, shown)],
          shown,
        )}
        <p>${SCALING_FOOTNOTE}</p>
      </section>`;
};
