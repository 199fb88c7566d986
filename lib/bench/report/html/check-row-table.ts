import { checkFacts } from '../../analysis/checks/check-facts.ts';
import { CHECKS, type CheckName, type CheckResult } from '../../analysis/checks/check.ts';
import { targetId } from '../../model/measurement.ts';
import type { Summary } from '../../analysis/summary.ts';
import { NO_FIGURE } from '../../wording/format-number.ts';
import { levelLabel } from '../../wording/labels.ts';
import { checkedRows, checkFigureText, checkLimitText } from '../check-rows.ts';
import { dataTable } from './data-table.ts';
import { roomFor } from './long-table.ts';
import { html, type Markup } from './markup.ts';

/** Figure and limit; a state that is not passed in its word. */
const resultCell = (result: CheckResult | undefined): Markup => {
  if (result === undefined || result.state === 'not-applicable')
    return html`<td class="n">${NO_FIGURE}</td>`;
  const word = result.state === 'passed' ? '' : `${result.state} `;
  const limit = checkLimitText(result);
  const small = limit === NO_FIGURE ? undefined : html`<small>${limit}</small>`;
  return html`<td class="n">${word}${checkFigureText(result)}${small}</td>`;
};

const resultOf = (checks: readonly CheckResult[], check: CheckName): CheckResult | undefined =>
  checks.find((result) => result.check === check);

/** Each row that was asked with what each check measured, also where it passed; folded. Without checks that nobody was asked. */
export const checkRowTable = (
  summary: Pick<Summary, 'rows'>,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = checkedRows(summary);
  // The calibration is of the whole run, and stands in a sentence.
  const asked = CHECKS.filter(
    (check) =>
      check !== 'calibration' &&
      rows.some(
        ({ checks }) => (resultOf(checks, check)?.state ?? 'not-applicable') !== 'not-applicable',
      ),
  );
  if (rows.length === 0 || asked.length === 0) return undefined;
  const { shown, note } = roomFor(rows, 'checks.csv');
  const table = dataTable({
    caption: 'What each check measured, with its limit',
    columns: [
      { title: 'Target' },
      { title: 'Scenario' },
      { title: 'Load' },
      ...asked.map((check) => ({ title: checkFacts[check].title, isFigure: true })),
    ],
    rows: shown.map(
      ({ target, scenario, level, checks }) =>
        html`<tr>
          <th scope="row">${labels.get(targetId(target)) ?? targetId(target)}</th>
          <td>${scenario}</td>
          <td>${levelLabel(level)}</td>
          ${asked.map((check) => resultCell(resultOf(checks, check)))}
        </tr>`,
    ),
  });
  return html`<details>
    <summary>The figure of each check, row by row: ${rows.length} rows</summary>
    ${table}${note}
  </details>`;
};
