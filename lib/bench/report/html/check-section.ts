import type { Summary } from '../../analysis/summary.ts';
import {
  checkCounts,
  checkFindings,
  calibrationSentence,
  type CheckFindings,
} from '../check-figures.ts';
import { checkRowTable } from './check-row-table.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';

const countTable = (summary: Summary): Markup =>
  dataTable({
    caption: 'Rows that each check let pass',
    columns: [
      { title: 'Check' },
      { title: 'Asks' },
      { title: 'Limit' },
      { title: 'Passed', isFigure: true },
      { title: 'Failed', isFigure: true },
      { title: 'Warned', isFigure: true },
      { title: 'Unknown', isFigure: true },
      { title: 'Not asked', isFigure: true },
    ],
    rows: checkCounts(summary).map(
      ({ title, asks, limit, passed, failed, warned, unknown, notApplicable }) =>
        html`<tr>
          <th scope="row">${title}</th>
          <td>${asks}</td>
          <td>${limit}</td>
          <td class="n">${passed}</td>
          <td class="n">${failed}</td>
          <td class="n">${warned}</td>
          <td class="n">${unknown}</td>
          <td class="n">${notApplicable}</td>
        </tr>`,
    ),
  });

const findingTable = ({ findings, more }: CheckFindings): Markup | undefined => {
  if (findings.length === 0) return undefined;
  const rest = more === 0 ? undefined : html`<p>And ${more} more; all are in summary.json.</p>`;
  const table = dataTable({
    caption: 'What did not pass, and what to do',
    columns: ['Check', 'Target', 'Scenario', 'Load', 'Result', 'Finding', 'What to do'].map(
      (title) => ({ title }),
    ),
    rows: findings.map(
      ({ title, path, scenario, load, state, finding, advice }) =>
        html`<tr>
          <th scope="row">${title}</th>
          <td>${path}</td>
          <td>${scenario}</td>
          <td>${load}</td>
          <td><span class="mark ${state}">${state}</span></td>
          <td>${finding}</td>
          <td>${advice}</td>
        </tr>`,
    ),
  });
  return html`${table}${rest}`;
};

/** What each check asks, how many rows it let pass, and which not. */
export const checkSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  if (checkCounts(summary).length === 0) return undefined;
  const calibration = calibrationSentence(summary);
  return html`<section id="checks">
    <h2>Checks</h2>
    <p>
      Is a figure of the serving, or of what measured it? A row that fails a check is shown greyed
      and supports no verdict. A warning and an unknown answer forbid nothing.
    </p>
    ${countTable(summary)}${calibration === undefined ? undefined : html`<p>${calibration}</p>`}${findingTable(checkFindings(summary, labels))}${checkRowTable(summary, labels)}
  </section>`;
};
