import { publishedStudy } from '../../published/published-points.ts';
import type { Chart } from '../charts/chart.ts';
import { publishedCharts, type PublishedGroup } from '../charts/published-charts.ts';
import { chartFigure } from '../html/chart-figure.ts';
import { columnTable } from '../html/column-table.ts';
import { html, type Markup } from '../html/markup.ts';
import { pageContents } from '../html/page-contents.ts';
import { seriesBar } from '../html/series-bar.ts';
import { staticPage } from '../html/static-page.ts';
import { PUBLISHED_COLUMNS, publishedRows } from './published-columns.ts';
import { knownSentences, publishedGroups, publishedLooks } from './published-groups.ts';

/** A group of series with its charts. */
export interface GroupPage {
  readonly group: PublishedGroup;
  readonly charts: readonly Chart[];
}

/** All groups of the study with what it drew of them. */
export const drawnGroups = (): readonly GroupPage[] =>
  publishedGroups().map((group) => ({ group, charts: publishedCharts(group) }));

const groupSection = ({ group, charts }: GroupPage): Markup => {
  const known = knownSentences(group).map((sentence) => html`<li>${sentence}</li>`);
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
      ${columnTable(`What was read, ${group.title}`, PUBLISHED_COLUMNS, publishedRows(group))}
    </details>
  </section>`;
};

/** The figures of the study of 2021 as a page of their own. */
export const renderPublishedPage = (groups: readonly GroupPage[]): string => {
  const { statement, source, series } = publishedStudy;
  const count = series.reduce((total, { points }) => total + points.length, 0);
  const posts = source.posts.map((post) => html`<li>${post}</li>`);
  const page = staticPage(
    'The published figures of 2021',
    html`<header>
        <p class="statement">${statement}</p>
        <h1>${source.title}</h1>
        <p class="meta">${count} points, read from charts. ${source.hardware}</p>
        <a class="skip" href="#main">Skip to the figures</a>
        ${pageContents([
          ...groups.map(({ group, charts }) => ({ id: group.id, name: group.title, charts })),
          { id: 'source', name: 'Source' },
        ])}
      </header>
      <main id="main">
        ${groups.map(groupSection)}
        <section id="source">
          <h2>Source</h2>
          <p>Figures: ${source.figures}. ${source.reading}</p>
          <ul>
            ${posts}
          </ul>
        </section>
      </main>
      <footer>
        All points, with what their readings may be off, are in points.csv and points.json beside
        this page.
      </footer>`,
    publishedLooks.size,
  );
  return page.text.replace(/\n\s+/g, '\n');
};
