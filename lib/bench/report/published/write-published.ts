import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedStudy } from '../../published/published-points.ts';
import { writeAtomically } from '../../write-atomically.ts';
import { writeChart } from '../charts/write-chart.ts';
import { renderPublishedCsv } from './published-csv.ts';
import { renderPublishedMarkdown } from './published-markdown.ts';
import { drawnGroups, renderPublishedPage } from './published-page.ts';

/**
 * Writes what the study of 2021 published into a folder: report.html, report.md, points.csv, points.json
 * (published.schema.json) and the charts as SVG and PNG. Files of these names are overwritten.
 *
 * @returns the path of the page
 */
export const writePublished = async (folder: string): Promise<string> => {
  const groups = drawnGroups();
  const page = join(folder, 'report.html');
  await mkdir(join(folder, 'charts'), { recursive: true });
  await writeAtomically(page, renderPublishedPage(groups));
  await writeAtomically(join(folder, 'report.md'), renderPublishedMarkdown(groups));
  await writeAtomically(join(folder, 'points.csv'), renderPublishedCsv());
  await writeAtomically(
    join(folder, 'points.json'),
    `${JSON.stringify(publishedStudy, null, 2)}\n`,
  );
  for (const chart of groups.flatMap(({ charts }) => charts)) await writeChart(folder, chart);
  return page;
};
