import { join } from 'node:path';
import { writeAtomically } from '../../results/write-atomically.ts';
import { escapeHtml } from '../html/markup.ts';
import { darkChartRules, SURFACE } from './chart-colours.ts';
import type { Chart } from './plot.ts';
import { svgDocument } from './frame.ts';
import { element } from './svg.ts';

/**
 * A chart as a file of its own: it names itself to screen readers, follows the light or dark preference of the reader
 * and brings its own surface, as it cannot know the one of the page that it is embedded in.
 */
export const standaloneSvg = ({ drawing, name, title, description }: Chart): string => {
  const ids = { title: `${name}-title`, description: `${name}-description` };
  return svgDocument(
    drawing,
    { role: 'img', 'aria-labelledby': `${ids.title} ${ids.description}` },
    [
      element('title', { id: ids.title }, escapeHtml(title)),
      element('desc', { id: ids.description }, escapeHtml(description)),
      element('style', {}, `@media screen and (prefers-color-scheme:dark){${darkChartRules()}}`),
      element('rect', { width: '100%', height: '100%', fill: SURFACE }),
    ].join('\n'),
  );
};

/** The file of a chart in the folder of its report. */
export const chartFile = (folder: string, { name }: Pick<Chart, 'name'>): string =>
  join(folder, 'charts', `${name}.svg`);

/** Writes a chart; the folder of charts must be there. */
export const writeChart = (folder: string, chart: Chart): Promise<void> =>
  writeAtomically(chartFile(folder, chart), standaloneSvg(chart));
