import type { SummaryRow } from '../../analysis/summary-row.ts';
import { MEASURED_NODES, tellingColumns } from '../node-figures.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';
import { targetRows } from './target-rows.ts';

/** What the nodes used in the windows, by target and level. Undefined where no row tells it, as in a local run. */
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
      { title: 'Target' },
      { title: 'Load' },
      ...columns.map(({ role, column: { title, unit } }) => ({
        title: `${role}: ${title}`,
        unit,
        isFigure: true,
      })),
    ],
    rows: targetRows(rows, labels, (row) =>
      columns.map(({ role, column }) => html`<td class="n">${column.text(row.nodes?.[role])}</td>`),
    ),
  });
};
