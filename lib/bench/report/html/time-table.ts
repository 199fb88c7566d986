import type { SummaryRow } from '../../analysis/summary.ts';
import { formatFigure } from '../format-number.ts';
import { levelLabel, PHASES, timeParts } from '../labels.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';
import { pathHeading } from './result-table.ts';

/** Mean milliseconds of each part of a request, by path and level. Undefined where no row tells them. */
export const timeTable = (
  caption: string,
  allRows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = allRows.filter((row) => timeParts(row).length > 0);
  if (rows.length === 0) return undefined;
  return dataTable({
    caption,
    columns: [
      { title: 'Path' },
      { title: 'Load' },
      ...PHASES.map((name) => ({ title: name, unit: 'ms', isFigure: true })),
      { title: 'client’s mean', unit: 'ms', isFigure: true },
    ],
    rows: rows.map((row, index) => {
      const parts = timeParts(row);
      const heading = pathHeading(rows, index, labels);
      const first =
        heading === undefined
          ? html`<tr>`
          : html`<tr class="first">
              ${heading}
             `;
      const cells = PHASES.map((name) => {
        const meanMs = parts.find((part) => part.name === name)?.meanMs;
        return html`<td class="n">${formatFigure(meanMs)}</td>`;
      });
      return html`${first}<th scope="row" class="level">${levelLabel(row.level)}</th>${cells}<td class="n">${formatFigure(row.meanMs)}</td></tr>`;
    }),
  });
};
