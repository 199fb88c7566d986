import type { Summary } from '../../analysis/summary.ts';
import type { GroupCharts } from '../charts/chart-set.ts';
import { noticesOf } from '../notices.ts';
import { html, type Markup } from './markup.ts';
import { validityBanner } from './validity-banner.ts';

/** What stands above the figures: what was compared, what to know before reading on, and where to find what. */
export const pageHeader = (summary: Summary, groups: readonly GroupCharts[]): Markup => {
  const { plan, cells } = summary;
  const notices = noticesOf(summary).map((notice) => html`<li>${notice}</li>`);
  const links = [
    ...(summary.verdicts === undefined ? [] : [html`<li><a href="#verdicts">Verdicts</a></li>`]),
    ...(summary.sloSearches === undefined ? [] : [html`<li><a href="#slo">Searches</a></li>`]),
    ...groups.map(
      ({ group }) => html`<li><a href="#${group.id}">${group.title.split(':')[0]}</a></li>`,
    ),
    ...(summary.reproduction === undefined
      ? []
      : [html`<li><a href="#reproduction">The study</a></li>`]),
    ...['gates', 'checks', 'failures', 'environment', 'method'].map(
      (id) => html`<li><a href="#${id}">${id[0]?.toUpperCase()}${id.slice(1)}</a></li>`,
    ),
  ];
  return html`<header>
    <p class="statement">${summary.statement}</p>
    ${validityBanner(summary)}
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
