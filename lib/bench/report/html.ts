import type { Summary } from '../analysis/summary.ts';
import type { Chart } from './charts/chart.ts';
import type { GroupCharts } from './charts/chart-set.ts';
import { environmentLines } from './environment-lines.ts';
import { checkSection } from './html/check-section.ts';
import { coldStartSection } from './html/cold-start-section.ts';
import { failureSection } from './html/failure-section.ts';
import { html, trusted, type Markup } from './html/markup.ts';
import { methodSection } from './html/method-section.ts';
import { nodeTable } from './html/node-table.ts';
import { pageStyle } from './html/page-style.ts';
import { resultTable } from './html/result-table.ts';
import { timeTable } from './html/time-table.ts';
import { verdictSection } from './html/verdict-section.ts';
import { pathLabels } from './labels.ts';
import { noticesOf } from './notices.ts';
import { ceilingRows } from './row-groups.ts';

const inlineChart = ({ svg, title, description, caption }: Chart): Markup =>
  html` <figure>
    <h3>${title}</h3>
    <div class="plot" role="img" aria-label="${description}">
      ${trusted(svg.replace('<svg', '<svg aria-hidden="true"'))}
    </div>
    <figcaption>${caption}</figcaption>
  </figure>`;

const groupSection = (
  { group, charts }: GroupCharts,
  labels: ReadonlyMap<string, string>,
): Markup =>
  html` <section id="${group.id}">
    <h2>${group.title}</h2>
    <div class="charts">${charts.map(inlineChart)}</div>
    ${resultTable(`Results, ${group.scenario}`, group.rows, labels)}
    ${timeTable(`Where the time goes, ${group.scenario}: mean of a request by its parts`, group.rows, labels)}
    ${nodeTable(`What the nodes used, ${group.scenario}`, group.rows, labels)}
  </section>`;

const ceilingSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = ceilingRows(summary);
  if (rows.length === 0) return undefined;
  const scenarios = (['cold', 'warm'] as const).flatMap((scenario) => {
    const ofScenario = rows.filter((row) => row.scenario === scenario);
    return ofScenario.length === 0
      ? []
      : [resultTable(`Null engine, ${scenario}`, ofScenario, labels)];
  });
  return html`<section id="ceilings">
    <h2>Ceilings</h2>
    <p>
      The same paths against an engine that answers at once: what the apparatus carries by itself.
    </p>
    ${scenarios}
  </section>`;
};

const environmentSection = (summary: Summary): Markup => {
  const lines = environmentLines(summary).map(
    ({ name, value }) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`,
  );
  return html`<section id="environment">
    <h2>Environment</h2>
    <dl class="terms">${lines}</dl>
  </section>`;
};

const missingSection = ({ cells }: Summary): Markup | undefined => {
  const ids = cells.missingIds ?? [];
  if (ids.length === 0) return undefined;
  const items = ids.map((id) => html`<li><code>${id}</code></li>`);
  return html`<section id="missing">
    <h2>Cells without a record</h2>
    <details>
      <summary>${ids.length} of the plan’s cells</summary>
      <ul>
        ${items}
      </ul>
    </details>
  </section>`;
};

const headerOf = (
  summary: Summary,
  groups: readonly GroupCharts[],
  labels: ReadonlyMap<string, string>,
): Markup => {
  const { plan, cells } = summary;
  const notices = noticesOf(summary, labels).map((notice) => html`<li>${notice}</li>`);
  const links = [
    ...(summary.verdicts === undefined ? [] : [html`<li><a href="#verdicts">Verdicts</a></li>`]),
    ...groups.map(
      ({ group }) => html`<li><a href="#${group.id}">${group.title.split(':')[0]}</a></li>`,
    ),
    ...['checks', 'failures', 'environment', 'method'].map(
      (id) => html`<li><a href="#${id}">${id[0]?.toUpperCase()}${id.slice(1)}</a></li>`,
    ),
  ];
  return html`<header>
    <p class="statement">${summary.statement}</p>
    <h1>Servings compared: profile ${plan.profile}</h1>
    <p class="meta">
      <time datetime="${plan.createdAt}">${plan.createdAt}</time> · ${cells.completed} of
      ${plan.cellCount} cells · ${summary.environment.machine.cpuModel},
      ${summary.environment.machine.cores} cores
    </p>
    ${
      notices.length === 0
        ? undefined
        : html`<ul class="notices" aria-label="Before you read the figures">
            ${notices}
          </ul>`
    }
    <nav aria-label="Sections">
      <ul>
        ${links}
      </ul>
    </nav>
  </header>`;
};

/** The whole report as one HTML file that fetches nothing. */
export const renderHtml = (summary: Summary, groups: readonly GroupCharts[]): string => {
  const labels = pathLabels(summary.rows.map((row) => row.path));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>Servings compared: profile ${summary.plan.profile}</title>
        <style>
          ${trusted(pageStyle())}
        </style>
      </head>
      <body>
        ${headerOf(summary, groups, labels)}
        <main>
          ${verdictSection(summary, labels)} ${groups.map((group) => groupSection(group, labels))}
          ${ceilingSection(summary, labels)} ${coldStartSection(summary, labels)}
          ${checkSection(summary, labels)} ${failureSection(summary, labels)}
          ${missingSection(summary)} ${environmentSection(summary)} ${methodSection(summary)}
        </main>
        <footer>
          Made by serving-compare from the records of one run. All figures are in summary.json and
          summary.csv beside this page.
        </footer>
      </body>
    </html> `.text;
};
