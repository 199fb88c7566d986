import { counted } from '../../wording/counted.ts';
import type { Summary } from '../../analysis/summary.ts';
import { glanceLines } from '../glance-lines.ts';
import { noticesOf } from '../notices.ts';
import { dayTimeText } from '../day-time-text.ts';
import { html, type Markup } from './markup.ts';
import { pageContents } from './page-contents.ts';
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

/** What stands above the figures: what was compared, what it came to, what to know before reading on, and where to find what. */
export const pageHeader = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
  sections: readonly PageSection[],
): Markup => {
  const { plan, measurements, environment } = summary;
  const { cpuModel, cores } = environment.machine;
  return html`<header>
    <p class="statement">${summary.statement}</p>
    <h1>Servings compared: profile ${plan.profile}</h1>
    <p class="meta">
      <time datetime="${plan.createdAt}">${dayTimeText(plan.createdAt)}</time> ·
      ${measurements.completed} of ${plan.measurementCount} measurements · ${cpuModel},
      ${counted(cores, 'core')}
    </p>
    <a class="skip" href="#main">Skip to the figures</a>
    ${validityBanner(summary)} ${termList(glanceLines(summary, labels), 'glance')}
    ${notices(summary)} ${pageContents(sections)}
  </header>`;
};
