import { join } from 'node:path';
import { writeAtomically } from '../../results/write-atomically.ts';
import { escapeHtml } from '../html/escape-html.ts';
import { darkChartRules, SURFACE } from './chart-colours.ts';
import { chartPng } from './chart-png.ts';
import type { Chart } from './plot.ts';
import { svgDocument } from './frame.ts';
import { element } from './svg.ts';

const TYPES = ['svg', 'png'] as const;

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

/** The files of a chart in the folder of its report. */
export const chartFiles = (folder: string, { name }: Pick<Chart, 'name'>): readonly string[] =>
  TYPES.map((type) => join(folder, 'charts', `${name}.${type}`));

/** Writes a chart as SVG and PNG; the folder of charts must be there. */
export const writeChart = async (folder: string, chart: Chart): Promise<void> => {
  const [svgFile = '', pngFile = ''] = chartFiles(folder, chart);
  const svg = standaloneSvg(chart);
  await writeAtomically(svgFile, svg);
  await writeAtomically(pngFile, await chartPng(svg));
};
