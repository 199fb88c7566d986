import { escapeHtml } from '../html/escape-html.ts';
import { darkChartRules, SURFACE } from './chart-colours.ts';
import type { Chart } from './chart.ts';

/**
 * A chart as a file of its own: it names itself to screen readers, follows the light or dark preference of the reader
 * and brings its own surface, as it cannot know the one of the page that it is embedded in.
 */
export const standaloneSvg = ({ svg, name, title, description }: Chart): string =>
  svg.replace(/^<svg([^>]*)>/, (_, attributes: string) =>
    [
      `<svg${attributes} role="img" aria-labelledby="${name}-title ${name}-description">`,
      `<title id="${name}-title">${escapeHtml(title)}</title>`,
      `<desc id="${name}-description">${escapeHtml(description)}</desc>`,
      `<style>@media (prefers-color-scheme:dark){${darkChartRules()}}</style>`,
      `<rect width="100%" height="100%" fill="${SURFACE.light}" class="f-${SURFACE.name}"/>`,
    ].join('\n'),
  );
