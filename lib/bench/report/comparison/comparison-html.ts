import type { Comparison } from '../../analysis/comparison/comparison.ts';
import { columnTable } from '../html/column-table.ts';
import { decidedTable, readingNote } from '../html/decided-table.ts';
import { html } from '../html/markup.ts';
import { staticPage } from '../html/static-page.ts';
import { changeColumns, changeFootnote } from './change-columns.ts';
import { changedSentences, headLines, noticeLines, unchangedText } from './comparison-lines.ts';
import { differenceColumns } from './difference-columns.ts';

/** A comparison as one HTML file that fetches nothing. */
export const renderComparisonHtml = (comparison: Comparison): string => {
  const { before, after, changes, differences } = comparison;
  const statements = [...new Set([before.statement, after.statement])];
  const sentences = changedSentences(comparison).map((sentence) => html`<li>${sentence}</li>`);
  return staticPage(
    'Two runs compared',
    html`<header>
        ${statements.map((statement) => html`<p class="statement">${statement}</p>`)}
        <h1>Two runs compared</h1>
        ${headLines(comparison).map((line) => html`<p>${line}</p>`)}
        <ul class="notices" aria-label="Before you read the figures">
          ${noticeLines(comparison).map((notice) => html`<li>${notice}</li>`)}
        </ul>
      </header>
      <main>
        <section id="changes">
          <h2>What changed</h2>
          ${
            sentences.length === 0
              ? html`<p>${unchangedText(comparison)}</p>`
              : html`<ul>
                  ${sentences}
                </ul>`
          }
          ${decidedTable('Rows of both runs', changeColumns(comparison), changes)}
          ${readingNote(changeFootnote(comparison))}
        </section>
        ${
          differences.length === 0
            ? undefined
            : html`<section id="differences">
                <h2>What was not the same</h2>
                ${columnTable('Differences between the runs', differenceColumns, differences)}
              </section>`
        }
      </main>
      <footer>Made by serving-compare from the records of two runs.</footer>`,
  ).text;
};
