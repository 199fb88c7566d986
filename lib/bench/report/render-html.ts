import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupBy } from '../analysis/group-by.ts';
import { drawChart, type Chart } from './charts/draw-chart.ts';
import { html, trusted, type Markup } from './markup.ts';
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

/** The style of the page, which loads neither fonts nor images, so that the page works offline. */
const PAGE_STYLE = `
:root{color-scheme:light dark;--ink:#1f2429;--soft:#57606a;--line:#dde1e5;--faint:#eef0f2;--surface:#ffffff;--page:#f6f7f8;--accent:#0069a8;--shade:#1f242938;--warn-ink:#7a4b00;--warn:#fdf1d8;--bad-ink:#9b1c1c;--bad:#fde7e7;--good-ink:#0b6240;--good:#def3e8}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6e8ea;--soft:#a3abb3;--line:#30373e;--faint:#20262c;--surface:#15191d;--page:#0e1114;--accent:#6fbcf0;--shade:#000000b0;--warn-ink:#f3c969;--warn:#33280f;--bad-ink:#ffa9a3;--bad:#3a1a1a;--good-ink:#7fdcb0;--good:#12301f}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
main,body>header,body>footer{max-width:1180px;margin:0 auto;padding:0 20px}
body>header{display:grid;grid-template-columns:minmax(0,1fr);gap:0 18px;padding-top:20px}
@media (min-width:900px){body>header:has(figure){grid-template-columns:repeat(2,minmax(0,1fr))}body>header>:not(.charts,.answers){grid-column:1/-1}}
p.statement{max-width:none;margin:0;padding:10px 16px;border-left:4px solid var(--accent);background:var(--surface)}
h1{margin:18px 0 2px;font-size:1.7rem;line-height:1.25;letter-spacing:-.01em}
h2{margin:24px 0 10px;font-size:1.2rem;line-height:1.3}
details.section{border-top:1px solid var(--line)}
details.section>summary{padding:11px 2px}
details.section>summary:hover{background:var(--faint)}
.section>summary>*{display:inline;margin:0 10px 0 2px}
.section>summary>h2{font-size:1.05rem}
details.section>section{padding:4px 0 26px}
h3{margin:22px 0 8px;font-size:1rem}
figure h3,figure h2{margin:0 0 8px;font-size:1rem}
p,dd{max-width:76ch}
.meta{margin:0;color:var(--soft);overflow-wrap:break-word}
.skip{position:absolute;left:-999em}
.skip:focus{position:static;display:inline-block;margin-top:8px}
section,figure{scroll-margin-top:64px}
summary{cursor:pointer}
section>details{margin:14px 0}
.answers{align-self:start;margin:14px 0 18px;padding:4px 16px;border:1px solid var(--line);border-radius:8px;background:var(--surface)}
.answers div{display:grid;grid-template-columns:84px 1fr;gap:2px 16px;padding:6px 0}
.answers a{margin-right:12px}
header .charts{margin:14px 0 18px}
.answers div+div{border-top:1px solid var(--faint)}
.answers dd{max-width:none}
.word{display:inline-block}
a{color:var(--accent)}
.notices{margin:12px 0 0;padding:8px 14px 8px 32px;border-radius:6px;background:var(--warn);color:var(--warn-ink);font-size:.92rem;line-height:1.45}
.notices li{margin:3px 0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:18px;align-items:start;margin-bottom:18px}
figure{margin:0;min-width:0;padding:14px;border:1px solid var(--line);border-radius:8px;background:var(--surface);break-inside:avoid}
figure .plot,.scroll{overflow-x:auto;background:linear-gradient(90deg,var(--surface) 30%,transparent) 0 0/36px 100% no-repeat local,linear-gradient(270deg,var(--surface) 30%,transparent) 100% 0/36px 100% no-repeat local,linear-gradient(90deg,var(--shade),transparent) 0 0/10px 100% no-repeat scroll,linear-gradient(270deg,var(--shade),transparent) 100% 0/10px 100% no-repeat scroll,var(--surface)}
figure svg{display:block;width:100%;min-width:270px;max-width:528px;height:auto}
figcaption{margin-top:8px;color:var(--soft);font-size:.86rem;line-height:1.45}
.scroll{margin:18px 0;border:1px solid var(--line);border-radius:8px}
table{width:100%;border-collapse:collapse;font-size:.9rem;line-height:1.35}
caption{padding:12px 8px 8px;text-align:left;font-weight:600}
th,td{padding:6px 8px;text-align:left;vertical-align:top}
thead th{border-bottom:1px solid var(--line);color:var(--soft);font-weight:600;white-space:nowrap;vertical-align:bottom}
tbody th{font-weight:600}
tbody th.level{font-weight:400;white-space:nowrap}
tbody tr{border-top:1px solid var(--faint)}
tbody tr:first-child{border-top:0}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead th.n{white-space:normal}
.long{min-width:34ch}
small{display:block;color:var(--soft);font-size:.89em;font-weight:400}
tr.greyed>.n,tr.greyed>.level{color:var(--soft);font-style:italic}
.level>.mark{display:table;margin:2px 0 0;font-style:normal}
.validity{max-width:none;margin:12px 0 0}
.validity .mark{font-size:1rem}
.mark{display:inline-block;margin:0 4px 3px 0;padding:1px 8px;border-radius:99px;background:var(--warn);color:var(--warn-ink);font-size:.78rem;line-height:1.3}
.marks{min-width:128px}
.matrix thead th:not(:first-child){padding:8px 3px;text-align:center;font-size:.8rem}
.matrix thead th:not(:first-child)>span{display:inline-block;writing-mode:vertical-rl;transform:rotate(180deg)}
.matrix th:first-child{position:sticky;left:0;background:var(--surface)}
.matrix td{min-width:0;padding:5px 3px;text-align:center}
.matrix td .mark{margin:0;padding:1px 6px}
.mark.failed{background:var(--bad);color:var(--bad-ink)}
.mark.passed{background:var(--good);color:var(--good-ink)}
.anchor{color:var(--soft);text-decoration:none;opacity:.7}
.anchor:hover,.anchor:focus{opacity:1}
#tip{position:fixed;z-index:2;max-width:min(340px,90vw);padding:6px 10px;border-radius:6px;background:var(--ink);color:var(--surface);font-size:.82rem;line-height:1.4;white-space:pre-line;pointer-events:none}
#tip[hidden]{display:none}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.plot:focus-visible,.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.plot .on{stroke:var(--ink);stroke-width:2px;vector-effect:non-scaling-stroke;fill-opacity:1;stroke-opacity:1}
.terms{display:grid;gap:10px;margin:14px 0}
.terms div{display:grid;grid-template-columns:minmax(110px,170px) 1fr;gap:4px 16px}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
body>footer{margin-top:56px;padding-bottom:40px;color:var(--soft);font-size:.86rem}
@media (forced-colors:active){.mark,.notices,#tip,p.statement{border:1px solid}}
@media (max-width:600px){.answers div{grid-template-columns:1fr}main,body>header,body>footer{padding:0 14px}body>header{padding-top:16px}h1{font-size:1.4rem}th,td{padding:6px 10px}figure{padding:10px}.terms div{grid-template-columns:1fr}}
@media print{details::details-content{content-visibility:visible;block-size:auto}summary{list-style:none;font-weight:600;break-after:avoid}.skip{display:none}body{background:#fff;font-size:10.5pt}.anchor,#tip{display:none}.scroll,figure .plot{overflow:visible;border:0;background:none}table{font-size:7pt}th,td{padding:2px 4px}.n,thead th,tbody th.level{white-space:normal}.long,.marks{min-width:0}.mark{font-size:inherit}thead{display:table-header-group}tr,figure{break-inside:avoid}.charts{display:block}figure{margin-bottom:8px;display:grid;grid-template-columns:66% 1fr;gap:0 14px;padding:8px}figure h3,figure h2{grid-column:1/-1}figcaption{margin:0;font-size:8pt}figure svg{min-width:0}h2,h3{break-after:avoid}}
`;

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
    readFileSync(join(import.meta.dirname, 'page-script.js'), 'utf8'),
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
        <footer>Made by serving-compare from recorded measurements.</footer>
        ${trusted(`<script type="module">${script}</script>`)}
      </body>
    </html> `;
  return withoutIndentation(page.text);
};
