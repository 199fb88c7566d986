import type { Summary } from '../../analysis/summary.ts';
import { gateCounts, gateFindings, oracleSentence, type GateFindings } from '../gate-figures.ts';
import { gateRowTable } from './gate-row-table.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';

const countTable = (summary: Summary): Markup =>
  dataTable({
    caption: 'Rows that each gate let pass',
    columns: [
      { title: 'Gate' },
      { title: 'Asks' },
      { title: 'Limit' },
      { title: 'Passed', isFigure: true },
      { title: 'Failed', isFigure: true },
      { title: 'Warned', isFigure: true },
      { title: 'Unknown', isFigure: true },
      { title: 'Not asked', isFigure: true },
    ],
    rows: gateCounts(summary).map(
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

const findingTable = ({ findings, more }: GateFindings): Markup | undefined => {
  if (findings.length === 0) return undefined;
  const rest = more === 0 ? undefined : html`<p>And ${more} more; all are in summary.json.</p>`;
  const table = dataTable({
    caption: 'What did not pass, and what to do',
    columns: ['Gate', 'Path', 'Scenario', 'Load', 'Result', 'Finding', 'What to do'].map(
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

/** What each gate asks, how many rows it let pass, and which not. */
export const gateSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  if (gateCounts(summary).length === 0) return undefined;
  const oracle = oracleSentence(summary);
  return html`<section id="gates">
    <h2>Gates</h2>
    <p>
      Is a figure of the serving, or of what measured it? A row that fails a gate is shown greyed
      and supports no verdict. A warning and an unknown answer forbid nothing.
    </p>
    ${countTable(summary)}${oracle === undefined ? undefined : html`<p>${oracle}</p>`}${findingTable(gateFindings(summary, labels))}${gateRowTable(summary, labels)}
  </section>`;
};
