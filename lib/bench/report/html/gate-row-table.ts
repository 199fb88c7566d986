import { gateFacts } from '../../analysis/gates/gate-facts.ts';
import { GATES, type GateName, type GateResult } from '../../analysis/gates/gate.ts';
import { pathId } from '../../model/cell.ts';
import type { Summary } from '../../analysis/summary.ts';
import { NO_FIGURE } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { gatedRows, gateFigureText, gateLimitText } from '../gate-rows.ts';
import { dataTable } from './data-table.ts';
import { roomFor } from './long-table.ts';
import { html, type Markup } from './markup.ts';

/** Figure and limit; a state that is not passed in its word. */
const resultCell = (result: GateResult | undefined): Markup => {
  if (result === undefined || result.state === 'not-applicable')
    return html`<td class="n">${NO_FIGURE}</td>`;
  const word = result.state === 'passed' ? '' : `${result.state} `;
  const limit = gateLimitText(result);
  const small = limit === NO_FIGURE ? undefined : html`<small>${limit}</small>`;
  return html`<td class="n">${word}${gateFigureText(result)}${small}</td>`;
};

const resultOf = (gates: readonly GateResult[], gate: GateName): GateResult | undefined =>
  gates.find((result) => result.gate === gate);

/** Each row that was asked with what each gate measured, also where it passed; folded. Without gates that nobody was asked. */
export const gateRowTable = (
  summary: Pick<Summary, 'rows'>,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = gatedRows(summary);
  // The oracle is of the whole run, and stands in a sentence.
  const asked = GATES.filter(
    (gate) =>
      gate !== 'oracle' &&
      rows.some(
        ({ gates }) => (resultOf(gates, gate)?.state ?? 'not-applicable') !== 'not-applicable',
      ),
  );
  if (rows.length === 0 || asked.length === 0) return undefined;
  const { shown, note } = roomFor(rows, 'gates.csv');
  const table = dataTable({
    caption: 'What each gate measured, with its limit',
    columns: [
      { title: 'Path' },
      { title: 'Scenario' },
      { title: 'Load' },
      ...asked.map((gate) => ({ title: gateFacts[gate].title, isFigure: true })),
    ],
    rows: shown.map(
      ({ path, scenario, level, gates }) =>
        html`<tr>
          <th scope="row">${labels.get(pathId(path)) ?? pathId(path)}</th>
          <td>${scenario}</td>
          <td>${levelLabel(level)}</td>
          ${asked.map((gate) => resultCell(resultOf(gates, gate)))}
        </tr>`,
    ),
  });
  return html`<details>
    <summary>The figure of each gate, row by row: ${rows.length} rows</summary>
    ${table}${note}
  </details>`;
};
