import type { PublishedPoint, PublishedSeries, Reading } from '../published/published-points.ts';
import { publishedSeries, publishedSource } from '../published/published-points.ts';
import type { Chart } from './charts/chart.ts';
import { publishedCharts, type PublishedGroup } from './charts/published-charts.ts';
import { pathLooks } from './charts/path-lines.ts';
import { NO_FIGURE } from '../wording/format-number.ts';
import { chartFigure } from './html/chart-figure.ts';
import { columnTable } from './html/column-table.ts';
import { html, type Markup } from './html/markup.ts';
import { pageContents } from './html/page-contents.ts';
import { seriesBar } from './html/series-bar.ts';
import { staticPage } from './html/static-page.ts';
import { manifestOf } from '../../../serving-configs/index.ts';
import { PROTOCOL_WORDS } from '../wording/protocol-words.ts';

/** How each serving looks in all charts, in the order of the data. */
const looks = pathLooks(
  new Map(
    publishedSeries.map(({ path: { serving } }) => [serving, manifestOf(serving).title] as const),
  ),
);

/** The series by protocol and scenario, as the study drew them. */
const groups = (): readonly PublishedGroup[] => {
  const byId = new Map<string, { title: string; series: PublishedGroup['series'][number][] }>();
  for (const series of publishedSeries) {
    const { path, scenario } = series;
    const look = looks.get(path.serving);
    if (look === undefined) continue;
    const id = `${path.protocol}-${scenario}`;
    const group = byId.get(id) ?? {
      title: `${PROTOCOL_WORDS[path.protocol]}, ${scenario}`,
      series: [],
    };
    group.series.push({ look, series });
    byId.set(id, group);
  }
  return [...byId].map(([id, group]) => ({ id, ...group }));
};

const readingText = (reading: Reading | undefined): string =>
  reading === undefined ? NO_FIGURE : `${reading.value} ± ${reading.error}`;

interface TableRow {
  readonly label: string;
  readonly point: PublishedPoint;
}

const tableOf = ({ title, series }: PublishedGroup): Markup =>
  columnTable<TableRow>(
    `What was read, ${title}`,
    [
      { title: 'Serving', text: ({ label }) => label, isFigure: false },
      { title: 'VUs', text: ({ point }) => String(point.virtualUsers), isFigure: true },
      {
        title: 'Requests/s',
        text: ({ point }) => readingText(point.requestRatePerSecond),
        isFigure: true,
      },
      { title: 'Median ms', text: ({ point }) => readingText(point.medianMs), isFigure: true },
      { title: 'Failed %', text: ({ point }) => readingText(point.failedPercent), isFigure: true },
    ],
    series.flatMap(({ look: { label }, series: { points } }) =>
      points.map((point) => ({ label, point })),
    ),
  );

const rangeText = ({ from, to }: PublishedSeries['caveats'][number]): string =>
  from === to ? `at ${from} VUs` : `from ${from} to ${to} VUs`;

const groupSection = (group: PublishedGroup, charts: readonly Chart[]): Markup => {
  const known = group.series.flatMap(({ look: { label }, series: { plateau, caveats } }) => [
    html`<li>
      ${label}: its rate was most likely (${plateau.confidence} confidence) bound by ${plateau.text}
    </li>`,
    ...caveats.map((caveat) => html`<li>${label}, ${rangeText(caveat)}: ${caveat.text}</li>`),
  ]);
  return html`<section id="${group.id}">
    <h2>${group.title}</h2>
    ${seriesBar(group.series.map(({ look }) => look))}
    <div class="charts">${charts.map(chartFigure)}</div>
    <h3>What is known of them</h3>
    <ul>
      ${known}
    </ul>
    <details>
      <summary>All points</summary>
      ${tableOf(group)}
    </details>
  </section>`;
};

/** The figures of the study of 2021 as a page of their own, and its charts. */
export const renderPublishedPage = (): {
  readonly html: string;
  readonly charts: readonly Chart[];
} => {
  const drawn = groups().map((group) => ({ group, charts: publishedCharts(group) }));
  const count = publishedSeries.reduce((total, { points }) => total + points.length, 0);
  const posts = publishedSource.posts.map((post) => html`<li>${post}</li>`);
  const page = staticPage(
    'The published figures of 2021',
    html`<header>
        <p class="statement">Figures of others: nothing on this page was measured by this tool.</p>
        <h1>${publishedSource.title}</h1>
        <p class="meta">${count} points, read from charts. ${publishedSource.hardware}</p>
        <a class="skip" href="#main">Skip to the figures</a>
        ${pageContents([
          ...drawn.map(({ group, charts }) => ({ id: group.id, name: group.title, charts })),
          { id: 'source', name: 'Source' },
        ])}
      </header>
      <main id="main">
        ${drawn.map(({ group, charts }) => groupSection(group, charts))}
        <section id="source">
          <h2>Source</h2>
          <p>Figures: ${publishedSource.figures}. ${publishedSource.reading}</p>
          <ul>
            ${posts}
          </ul>
        </section>
      </main>
      <footer>
        All points, with what their readings may be off, are in points.csv beside this page.
      </footer>`,
    looks.size,
  );
  return {
    html: page.text.replace(/\n\s+/g, '\n'),
    charts: drawn.flatMap(({ charts }) => charts),
  };
};
