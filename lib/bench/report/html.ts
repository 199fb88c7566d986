import type { Summary } from '../analysis/summary.ts';
import { looksOf, runCharts, type GroupCharts, type RunCharts } from './charts/chart-set.ts';
import type { TargetLooks } from './charts/target-lines.ts';
import { targetId } from '../model/measurement.ts';
import { chartFigure } from './html/chart-figure.ts';
import { environmentLines } from './environment-lines.ts';
import { answerCheckSection } from './html/answer-check-section.ts';
import { coldStartSection } from './html/cold-start-section.ts';
import { failureSection } from './html/failure-section.ts';
import { checkSection } from './html/check-section.ts';
import { foldedTable, longTable, roomFor } from './html/long-table.ts';
import { html, trusted, type Markup } from './html/markup.ts';
import { methodSection } from './html/method-section.ts';
import { nodeTable } from './html/node-table.ts';
import { pageHeader } from './html/page-header.ts';
import { pageScript } from './html/page-script.ts';
import { presentSections, type PageSection } from './html/page-section.ts';
import { pageStyle } from './html/page-style.ts';
import { studySection } from './html/study-section.ts';
import { costSection } from './html/cost-section.ts';
import { seriesBar, seriesRules } from './html/series-bar.ts';
import { detailTable, resultTable } from './html/result-table.ts';
import { termList } from './html/term-list.ts';
import { timeTable } from './html/time-table.ts';
import { sloRateSection } from './html/slo-rate-section.ts';
import { verdictSection } from './html/verdict-section.ts';
import { targetLabels } from '../wording/labels.ts';
import { noopLimitRows, type RowGroup } from './row-groups.ts';

/** `Warm`, `Cold, open loop`. */
const groupName = ({ scenario, loop }: RowGroup): string =>
  `${scenario === 'cold' ? 'Cold' : 'Warm'}${loop === 'open' ? ', open loop' : ''}`;

const groupSection = (
  { group, charted, charts }: GroupCharts,
  labels: ReadonlyMap<string, string>,
  looks: TargetLooks,
): Markup => {
  const paths = new Set(group.rows.map((row) => targetId(row.target)));
  const shown = new Set(charted.rows.map((row) => targetId(row.target)));
  const bar = seriesBar([...looks].flatMap(([id, look]) => (shown.has(id) ? [look] : [])));
  const left =
    shown.size === paths.size
      ? undefined
      : html`<p>
          The charts show the ${shown.size} targets with the greatest request rates; all
          ${paths.size} are in summary.csv.
        </p>`;
  // What the charts show first, in case that there is no room for all.
  const others = group.rows.filter((row) => !shown.has(targetId(row.target)));
  const rows = [...charted.rows, ...others];
  const tables = [
    ['Results', resultTable, longTable],
    ['Means of medians, and processor time', detailTable, foldedTable],
    ['Where the time goes, mean of a request by its parts', timeTable, longTable],
    ['What the nodes used', nodeTable, longTable],
  ] as const;
  return html` <section id="${group.id}">
    <h2>${group.title}</h2>
    ${left}
    <div>
      ${bar}
      <div class="charts">${charts.map(chartFigure)}</div>
    </div>
    ${tables.flatMap(([what, draw, place]) => {
      const caption = `${what}, ${group.scenario}`;
      return place(caption, rows, (some) => draw(caption, some, labels)) ?? [];
    })}
  </section>`;
};

const noopLimitSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = noopLimitRows(summary);
  if (rows.length === 0) return undefined;
  const scenarios = (['cold', 'warm'] as const).flatMap((scenario) => {
    const ofScenario = rows.filter((row) => row.scenario === scenario);
    if (ofScenario.length === 0) return [];
    const [caption, more] = [
      `No-op backend, ${scenario}`,
      `Processor time, no-op backend, ${scenario}`,
    ];
    return [
      longTable(caption, ofScenario, (some) => resultTable(caption, some, labels)) ?? [],
      foldedTable(more, ofScenario, (some) => detailTable(more, some, labels)) ?? [],
    ].flat();
  });
  return html`<section id="noop-limits">
    <h2>No-op limits</h2>
    <p>The same targets against an engine that answers at once: what the rig carries by itself.</p>
    ${scenarios}
  </section>`;
};

const environmentSection = (summary: Summary): Markup =>
  html`<section id="environment">
    <h2>Environment</h2>
    ${termList(environmentLines(summary), 'terms')}
  </section>`;

const missingSection = ({ measurements }: Summary): Markup | undefined => {
  const ids = measurements.missingIds;
  if (ids.length === 0) return undefined;
  const { shown, note } = roomFor(ids, 'plan.json');
  const items = shown.map((id) => html`<li><code>${id}</code></li>`);
  return html`<section id="missing">
    <h2>Measurements without a record</h2>
    <details>
      <summary>${ids.length} of the plan’s measurements</summary>
      <ul>
        ${items}
      </ul>
      ${note}
    </details>
  </section>`;
};

/** All sections in their order: what was found first, then whether to believe it, then the rest. */
const sectionsOf = (
  summary: Summary,
  groups: readonly GroupCharts[],
  { cost }: RunCharts,
  labels: ReadonlyMap<string, string>,
  looks: TargetLooks,
): readonly PageSection[] =>
  presentSections([
    { id: 'verdicts', name: 'Verdicts', body: verdictSection(summary, labels) },
    { id: 'slo-rates', name: 'Bounds', body: sloRateSection(summary, labels) },
    ...groups.map((group) => ({
      id: group.group.id,
      name: groupName(group.group),
      charts: group.charts,
      body: groupSection(group, labels, looks),
    })),
    { id: 'checks', name: 'Checks', body: checkSection(summary, labels) },
    { id: 'noop-limits', name: 'No-op limits', body: noopLimitSection(summary, labels) },
    { id: 'cost', name: 'Cost', charts: cost, body: costSection(summary, labels, cost) },
    { id: 'cold-starts', name: 'Cold starts', body: coldStartSection(summary, labels) },
    { id: 'study', name: 'The study', body: studySection(summary, labels) },
    { id: 'answer-checks', name: 'Answer checks', body: answerCheckSection(summary, labels) },
    { id: 'failures', name: 'Failures', body: failureSection(summary, labels) },
    { id: 'missing', name: 'Missing measurements', body: missingSection(summary) },
    { id: 'environment', name: 'Environment', body: environmentSection(summary) },
    { id: 'method', name: 'How to read it', body: methodSection(summary) },
  ]);

/** Line breaks stay, as the indentation of the templates above says nothing. */
const withoutIndentation = (text: string): string => text.replace(/\n\s+/g, '\n');

/**
 * The whole report as one HTML file that fetches nothing.
 *
 * @param ofRun charts of the run as a whole
 */
export const renderHtml = (
  summary: Summary,
  groups: readonly GroupCharts[],
  ofRun: RunCharts = runCharts(summary),
): string => {
  const labels = targetLabels(
    summary.rows.map((row) => row.target),
    summary.plan,
  );
  const looks = looksOf(summary);
  const sections = sectionsOf(summary, groups, ofRun, labels, looks);
  const script = pageScript();
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src ${script.source}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>Servings compared: profile ${summary.plan.profile}</title>
        <style>
          ${trusted(pageStyle())}${trusted(seriesRules(looks.size))}
        </style>
      </head>
      <body>
        ${pageHeader(summary, labels, sections)}
        <main id="main">${sections.map(({ body }) => body)}</main>
        <footer>
          Made by serving-compare from the records of one run. All figures are in summary.json and
          summary.csv beside this page.
        </footer>
        ${trusted(`<script type="module">${script.text}</script>`)}
      </body>
    </html> `;
  return withoutIndentation(page.text);
};
