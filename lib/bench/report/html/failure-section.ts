import { failureLines } from '../failure-lines.ts';
import type { Summary } from '../../analysis/summary.ts';
import { dataTable } from './data-table.ts';
import { roomFor } from './long-table.ts';
import { html, type Markup } from './markup.ts';

/** Failed requests by class, and repeats that gave no figures. */
export const failureSection = (summary: Summary, labels: ReadonlyMap<string, string>): Markup => {
  const { shown: lines, note } = roomFor(failureLines(summary, labels), 'summary.csv');
  const body =
    lines.length === 0
      ? html`<p>No request failed and every recorded measurement gave figures.</p>`
      : dataTable({
          caption: 'Failed requests and measurements',
          columns: [
            { title: 'Target' },
            { title: 'Engine' },
            { title: 'Scenario' },
            { title: 'Load' },
            { title: 'What failed' },
          ],
          rows: lines.map(
            (line) =>
              html`<tr>
                <th scope="row">${line.path}</th>
                <td>${line.engine}</td>
                <td>${line.scenario}</td>
                <td>${line.load}</td>
                <td>${line.what}</td>
              </tr>`,
          ),
        });
  return html`<section id="failures">
    <h2>Failures</h2>
    ${body}${note}
  </section>`;
};
