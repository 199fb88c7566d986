import type { Summary } from '../../analysis/summary.ts';
import { glanceLines } from '../glance-lines.ts';
import { noticesOf } from '../notices.ts';
import { dayTimeText } from '../day-time-text.ts';
import { html, type Markup } from './markup.ts';
import type { PageSection } from './page-section.ts';
import { termList } from './term-list.ts';
import { validityBanner } from './validity-banner.ts';

const notices = (summary: Summary): Markup | undefined => {
  const items = noticesOf(summary).map((notice) => html`<li>${notice}</li>`);
  return items.length === 0
    ? undefined
    : html`<ul class="notices" aria-label="Before you read the figures">
        ${items}
      </ul>`;
};

/** Where to find what: every section, and every figure. */
const contents = (sections: readonly PageSection[]): Markup => {
  const links = sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`);
  const figures = sections.flatMap(({ name, charts = [] }) =>
    charts.map((chart) => html`<li><a href="#${chart.name}">${chart.title}, ${name}</a></li>`),
  );
  const all =
    figures.length === 0
      ? undefined
      : html`<details>
          <summary>All ${figures.length} figures</summary>
          <ul>
            ${figures}
          </ul>
        </details>`;
  return html`<nav aria-label="Contents">
    <ul>
      ${links}
    </ul>
    ${all}
  </nav>`;
};

/** What stands above the figures: what was compared, what it came to, what to know before reading on, and where to find what. */
export const pageHeader = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
  sections: readonly PageSection[],
): Markup => {
  const { plan, cells, environment } = summary;
  const { cpuModel, cores } = environment.machine;
  return html`<header>
    <p class="statement">${summary.statement}</p>
    <h1>Servings compared: profile ${plan.profile}</h1>
    <p class="meta">
      <time datetime="${plan.createdAt}">${dayTimeText(plan.createdAt)}</time> · ${cells.completed}
      of ${plan.cellCount} cells · ${cpuModel}, ${cores} ${cores === 1 ? 'core' : 'cores'}
    </p>
    <a class="skip" href="#main">Skip to the figures</a>
    ${validityBanner(summary)} ${termList(glanceLines(summary, labels), 'glance')}
    ${notices(summary)} ${contents(sections)}
  </header>`;
};
