import type { Summary } from '../../analysis/summary.ts';
import type { FailureLine } from '../failure-lines.ts';
import { LEFT_OUT_TITLE, leftOutLines } from '../left-out-lines.ts';
import { columnTable, type TextColumn } from './column-table.ts';
import { roomFor } from './long-table.ts';
import { html, type Markup } from './markup.ts';

const COLUMNS: readonly TextColumn<FailureLine>[] = [
  { title: 'Path', text: ({ path }) => path, isFigure: false },
  { title: 'Engine', text: ({ engine }) => engine, isFigure: false },
  { title: 'Scenario', text: ({ scenario }) => scenario, isFigure: false },
  { title: 'Load', text: ({ load }) => load, isFigure: false },
  { title: 'Why', text: ({ what }) => what, isFigure: false },
];

/** Why early stopping left out what it left out, folded. Undefined where it left nothing out. */
export const leftOutSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const lines = leftOutLines(summary, labels);
  if (lines.length === 0) return undefined;
  const { shown, note } = roomFor(lines, 'summary.json');
  return html`<section id="left-out">
    <h2>${LEFT_OUT_TITLE}</h2>
    <details>
      <summary>${lines.length} ${lines.length === 1 ? 'row' : 'rows'} and the reasons</summary>
      ${columnTable(LEFT_OUT_TITLE, COLUMNS, shown)}${note}
    </details>
  </section>`;
};
