import type { Summary } from '../../analysis/summary.ts';
import { SLO_TITLE, sloColumns, sloNotes, sloSearches } from '../slo-table.ts';
import { columnTable } from './column-table.ts';
import { html, type Markup } from './markup.ts';

/** The searches with how to read them. Undefined where there are none. */
export const sloSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const searches = sloSearches(summary);
  if (searches.length === 0) return undefined;
  return html`<section id="slo">
    <h2>${SLO_TITLE}</h2>
    ${columnTable(SLO_TITLE, sloColumns(labels), searches)}
    ${sloNotes(searches).map((note) => html`<p>${note}</p>`)}
    <p>All trials are in slo.csv beside this page.</p>
  </section>`;
};
