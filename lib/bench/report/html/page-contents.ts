import { html, type Markup } from './markup.ts';
import type { PageSection } from './page-section.ts';

/** Where to find what: every section, and every figure. */
export const pageContents = (sections: readonly Omit<PageSection, 'body'>[]): Markup => {
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
