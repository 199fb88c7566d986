import type { Summary } from '../../analysis/summary.ts';
import { pathId } from '../../plan/cell.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';

/** Whether each path gave the right answers before its speed was measured. */
export const checkSection = (summary: Summary, labels: ReadonlyMap<string, string>): Markup => {
  const intro =
    'Before its first timed cell every path was sent each image of the data set, and its top class was compared with a direct computation of the same model. A path with a wrong answer is not measured.';
  const trained = summary.environment.model.trained
    ? undefined
    : html`<p>
        The model’s weights are seeded, not trained: the check shows that pictures arrive unchanged
        and answers come back whole, not that a cat is called a cat.
      </p>`;
  const table =
    summary.checks.length === 0
      ? html`<p>No answer check was recorded.</p>`
      : dataTable({
          caption: 'Answers against the direct computation',
          columns: [
            { title: 'Path' },
            { title: 'Engine' },
            { title: 'Right answers', isFigure: true },
            { title: 'Result' },
          ],
          rows: summary.checks.map((check) => {
            const id = pathId(check.path);
            const images = check.images === undefined ? '–' : `${check.right} of ${check.images}`;
            const state = html`<span class="mark ${check.state}">${check.state}</span>`;
            const reason = check.reason === undefined ? undefined : html` ${check.reason}`;
            return html`<tr>
              <th scope="row">
                ${labels.get(id) ?? id}<small
                  >${check.path.protocol} ${check.path.payload} ${check.path.encoding}</small
                >
              </th>
              <td>${check.engine ?? '–'}</td>
              <td class="n">${images}</td>
              <td>${state}${reason}</td>
            </tr>`;
          }),
        });
  return html`<section id="checks">
    <h2>Answer checks</h2>
    <p>${intro}</p>
    ${trained}${table}
  </section>`;
};
