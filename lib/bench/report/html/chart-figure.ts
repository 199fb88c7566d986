import type { Chart } from '../charts/chart.ts';
import { html, trusted, type Markup } from './markup.ts';

/** A chart in the page, with a link to itself; the keyboard reaches it, as a narrow screen scrolls it. */
export const chartFigure = ({ name, svg, title, description, caption }: Chart): Markup =>
  html` <figure id="${name}">
    <h3>
      ${title} <a class="anchor" href="#${name}" aria-label="Link to this figure: ${title}">#</a>
    </h3>
    <div class="plot" role="img" aria-label="${description}" tabindex="0">
      ${trusted(svg.replace('<svg', '<svg aria-hidden="true"'))}
    </div>
    <figcaption>${caption}</figcaption>
  </figure>`;
