import type { Summary } from '../../analysis/summary.ts';
import { neededTargetColumns } from '../target-column.ts';
import { STUDY_TITLE, studyColumns, studyFootnote } from '../study-table.ts';
import { columnTable } from './column-table.ts';
import { html, type Markup } from './markup.ts';

/** The run beside the study of 2021. Undefined where they have no load in common. */
export const studySection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const { study } = summary;
  if (study === undefined) return undefined;
  const columns = neededTargetColumns(studyColumns(labels), study.rows);
  return html`<section id="study">
    <h2>${STUDY_TITLE}</h2>
    ${columnTable('What the study printed, and what was measured here', columns, study.rows)}
    <p class="meta">${studyFootnote(summary, study)}</p>
  </section>`;
};
