import type { OverRepeats } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import { formatRange } from '../format-spread.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';

const overMeasurement = (over: OverRepeats): Markup => {
  const range = formatRange(over);
  return html`<td class="n">
    ${formatFigure(over.value)}${range === '' ? undefined : html`<small>${range}</small>`}
  </td>`;
};

/** How long servings take from their start to the first answer. Undefined where none was started cold. */
export const coldStartSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const starts = (summary.coldStarts ?? []).filter((start) => start.engine !== 'noop');
  if (starts.length === 0) return undefined;
  const table = dataTable({
    caption: 'Median of all cold starts, with the least and the greatest',
    columns: [
      { title: 'Target' },
      { title: 'Starts', isFigure: true },
      { title: 'Time to ready', unit: 'ms', isFigure: true },
      { title: 'First request', unit: 'ms', isFigure: true },
    ],
    rows: starts.map((start) => {
      const id = targetId(start.target);
      return html`<tr>
        <th scope="row">${labels.get(id) ?? id}</th>
        <td class="n">${start.starts}</td>
        ${overMeasurement(start.timeToReadyMs)}${overMeasurement(start.firstRequestMs)}
      </tr>`;
    }),
  });
  return html`<section id="cold-starts">
    <h2>Cold starts</h2>
    <p>
      Time to ready: from the start of the process to the first healthy answer. First request: the
      latency of the first one after that, through the middleware. Neither is in the figures above.
    </p>
    ${table}
  </section>`;
};
