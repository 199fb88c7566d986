import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupBy } from '../analysis/group-by.ts';
import { drawChart, type Chart } from './charts/draw-chart.ts';
import { html, trusted, type Markup } from './html/markup.ts';
import { PAGE_STYLE } from './html/page-style.ts';
import {
  sectionsIn,
  signedText,
  shownIn,
  type Block,
  type Cell,
  type Chip,
  type Item,
  type List,
  type Report,
  type TableRow,
  type Section,
  type Table,
  type Text,
} from './model.ts';

const small = (words: string): Markup | undefined =>
  words === '' ? undefined : html`<small>${words}</small>`;

/** A chart with a link to itself. The keyboard can focus it, since a narrow screen scrolls it. */
const chartFigure = (chart: Chart, isHead = false): Markup => {
  const { name, title, caption } = chart;
  const words = html`${title}
    <a class="anchor" href="#${name}" aria-label="Link to this figure: ${title}">#</a>`;
  return html` <figure id="${name}">
    ${isHead ? html`<h2>${words}</h2>` : html`<h3>${words}</h3>`}
    <div class="plot" tabindex="0">${trusted(drawChart(chart))}</div>
    <figcaption>${caption}</figcaption>
  </figure>`;
};

/** Characters from which a text needs a wide column; otherwise it would take many lines. */
const LONG_TEXT = 56;

/** The same for the detail below a text, which is in smaller type. */
const LONG_DETAIL = 72;

/** Shorter texts, such as the level “8 VUs”, stay on one line. */
const UNBROKEN_TEXT = 8;

const content = ({ text, chips }: Cell): Markup => {
  if (chips.length > 0) {
    return html`${chips.map(chipMarkup)}`;
  }
  return html`${text.length > UNBROKEN_TEXT ? text : text.replaceAll(' ', '\u00a0')}`;
};

const bodyCell = (cell: Cell): Markup => {
  const words = html`${content(cell)}${small(cell.detail)}`;
  if (cell.column.isFigure === true) return html`<td class="n">${words}</td>`;
  if (cell.chips.length > 0) return html`<td class="marks">${words}</td>`;
  return cell.text.length > LONG_TEXT || cell.detail.length > LONG_DETAIL
    ? html`<td class="long">${words}</td>`
    : html`<td>${words}</td>`;
};

const tableRow = ({ cells, mark }: TableRow): Markup => {
  const last = cells.findLast(({ column }) => column.isHead === true);
  // Grey alone is hard to tell from the text colour of a dark page.
  const tag = mark && html` ${chipMarkup(mark)}`;
  return html`<tr class="${mark === undefined ? '' : 'greyed'}">
    ${cells.map((cell, index) => {
      if (cell.column.isHead !== true) return bodyCell(cell);
      const words = html`${content(cell)}${small(cell.detail)}${cell === last ? tag : undefined}`;
      return index === 0
        ? html`<th scope="row">${words}</th>`
        : html`<th scope="row" class="level">${words}</th>`;
    })}
  </tr>`;
};

/** A table that mouse and keyboard can scroll sideways if it is wider than the screen. */
const tableMarkup = (table: Table): Markup =>
  html` <div class="scroll" role="region" aria-label="${table.caption}" tabindex="0">
    <table class="${table.isMatrix === true ? 'matrix' : ''}">
      <caption>
        ${table.caption}
      </caption>
      <thead>
        <tr>
          ${table.columns.map(({ title, unit = '', isFigure }) =>
            isFigure === true
              ? html`<th scope="col" class="n">${title}${small(unit)}</th>`
              : html`<th scope="col"><span>${title}</span>${small(unit)}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${table.rows.map(tableRow)}
      </tbody>
    </table>
  </div>`;

const textMarkup = ({ text, role }: Text): Markup => {
  if (role === undefined) return html`<p>${text}</p>`;
  if (role === 'title') return html`<h1>${text}</h1>`;
  if (role === 'heading') return html`<h3>${text}</h3>`;
  if (role === 'statement') return html`<p class="statement">${text}</p>`;
  return role === 'small'
    ? html`<p class="meta">${text}</p>`
    : html`<p class="validity"><strong class="mark ${role}">${text}</strong></p>`;
};

const chipMarkup = ({ kind, text, long = '', spoken }: Chip): Markup =>
  spoken === undefined
    ? html`<span class="mark ${kind}" title="${long}">${text}</span>`
    : html`<span class="mark ${kind}" title="${long}"
        ><span aria-hidden="true">${text}</span><span class="unseen">${spoken}</span></span
      >`;

const unbroken = (part: string): string => html`<span class="word">${part}</span>`.text;

/** A command that breaks only between words and after commas; browsers would also break it at hyphens. */
const commandMarkup = (command: string): Markup => {
  const words = command.split(' ').map((word) =>
    word
      .split(/(?<=,)/)
      .map(unbroken)
      .join(''),
  );
  return trusted(words.join(' '));
};

/** The chips or files of an item, else its text. */
const itemMarkup = ({ text, chips = [], files = [], isCommand }: Item): Markup => {
  if (isCommand === true) return commandMarkup(text);
  if (chips.length > 0) {
    return html`${chips.map((chip) => chipMarkup({ ...chip, text: signedText(chip) }))}`;
  }
  return files.length > 0
    ? html`${files.map((file) => html`<a href="${file}">${file}</a>`)}`
    : html`${text}`;
};

const listMarkup = ({ items, role }: List): Markup => {
  if (role === 'answers' || role === 'terms') {
    return html`<dl class="${role}">
      ${[...groupBy(items, ({ name = '' }) => name)].map(
        ([name, [first, ...others]]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${itemMarkup(first)}${others.map((item) => html`<br />${itemMarkup(item)}`)}</dd>
          </div>`,
      )}
    </dl>`;
  }
  const lines = items.map((item) => html`<li>${itemMarkup(item)}</li>`);
  return role === 'notices'
    ? html`<ul class="notices" aria-label="Before you read the figures">
        ${lines}
      </ul>`
    : html`<ul>
        ${lines}
      </ul>`;
};

const blockMarkup = (block: Block): Markup => {
  if (block.kind === 'text') return textMarkup(block);
  if (block.kind === 'list') return listMarkup(block);
  if (block.kind === 'table') return tableMarkup(block);
  if (block.kind === 'charts') {
    return html`<div class="charts">
      ${block.charts.map((chart) => chartFigure(chart, block.isHead))}
    </div>`;
  }
  return html`<details>
    <summary>${block.title}</summary>
    ${blocksMarkup(block.blocks)}
  </details>`;
};

const blocksMarkup = (blocks: readonly Block[]): Markup =>
  html`${shownIn('html', blocks).map(blockMarkup)}`;

/** A folded section is a closed `details`: browsers open it for links and searches in the page, the style opens it in print. */
const sectionMarkup = ({ id, title, blocks, isFolded = false, gist = '' }: Section): Markup =>
  isFolded
    ? html` <details class="section">
        <summary>
          <h2>${title}</h2>
          ${small(gist)}
        </summary>
        <section id="${id}" aria-label="${title}">${blocksMarkup(blocks)}</section>
      </details>`
    : html` <section id="${id}">
        <h2>${title}</h2>
        ${blocksMarkup(blocks)}
      </section>`;

/** Removes the indentation of the templates and the script, which has no meaning, and keeps line breaks. */
const withoutIndentation = (text: string): string => text.replace(/\n\s+/g, '\n');

/** The report as one HTML file that fetches nothing and runs only its own script. */
export const renderHtml = (report: Report): string => {
  const sections = sectionsIn('html', report);
  const script = withoutIndentation(
    readFileSync(join(import.meta.dirname, 'html/page-script.js'), 'utf8'),
  ).trim();
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${report.title}</title>
        <style>
          ${trusted(PAGE_STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the figures</a>
        <header>${blocksMarkup(report.head)}</header>
        <main id="main">${sections.map(sectionMarkup)}</main>
        <footer>Made by serving-compare from the records of one run.</footer>
        ${trusted(`<script type="module">${script}</script>`)}
      </body>
    </html> `;
  return withoutIndentation(page.text);
};
