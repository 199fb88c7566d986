import type { Summary } from '../../analysis/summary.ts';
import type { Chart } from '../charts/chart.ts';
import { isGreyed, SLO_TITLE, sloColumns, sloNotes, sloSearches } from '../slo-table.ts';
import { chartFigure } from './chart-figure.ts';
import { columnTable } from './column-table.ts';
import { html, type Markup } from './markup.ts';

/** The searches with how to read them. Undefined where there are none. */
export const sloSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
  charts: readonly Chart[],
): Markup | undefined => {
  const searches = sloSearches(summary);
  if (searches.length === 0) return undefined;
  return html`<section id="slo">
    <h2>${SLO_TITLE}</h2>
    <div class="charts">${charts.map(chartFigure)}</div>
    ${columnTable(SLO_TITLE, sloColumns(labels), searches, isGreyed)}
    ${sloNotes(searches).map((note) => html`<p>${note}</p>`)}
    <p>All trials are in slo.csv beside this page.</p>
  </section>`;
};
