import { join } from 'node:path';
import { writeAtomically } from '../../results/write-atomically.ts';
import { chartPng } from './chart-png.ts';
import type { Chart } from './chart.ts';
import { standaloneSvg } from './standalone-svg.ts';

const TYPES = ['svg', 'png'] as const;

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
