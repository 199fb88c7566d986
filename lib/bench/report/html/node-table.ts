import type { SummaryRow } from '../../analysis/summary.ts';
import { levelLabel } from '../../wording/labels.ts';
import { MEASURED_NODES, tellingColumns } from '../node-figures.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';
import { pathHeading } from './result-table.ts';

/** What the nodes used in the windows, by path and level. Undefined where no row tells it, as in a local run. */
export const nodeTable = (
  caption: string,
  allRows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = allRows.filter(({ nodes }) => nodes !== undefined);
  if (rows.length === 0) return undefined;
  const columns = MEASURED_NODES.flatMap((role) =>
    tellingColumns(rows, role).map((column) => ({ role, column })),
  );
  return dataTable({
    caption,
    columns: [
      { title: 'Path' },
      { title: 'Load' },
      ...columns.map(({ role, column: { title, unit } }) => ({
        title: `${role}: ${title}`,
        unit,
        isFigure: true,
      })),
    ],
    rows: rows.map((row, index) => {
      const heading = pathHeading(rows, index, labels);
      const first =
        heading === undefined
          ? html`<tr>`
          : html`<tr class="first">
              ${heading}
             `;
      const cells = columns.map(
        ({ role, column }) => html`<td class="n">${column.text(row.nodes?.[role])}</td>`,
      );
      return html`${first}<th scope="row" class="level">${levelLabel(row.level)}</th>${cells}</tr>`;
    }),
  });
};
