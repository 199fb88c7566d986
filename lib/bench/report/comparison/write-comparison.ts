import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison } from '../../analysis/comparison/comparison.ts';
import { compareRuns } from '../../analysis/comparison/compare-runs.ts';
import { readRunFolder } from '../../results/run-folder.ts';
import { writeAtomically } from '../../write-atomically.ts';
import { renderComparisonCsv } from './comparison-csv.ts';
import { renderComparisonHtml } from './comparison-html.ts';
import { renderComparisonMarkdown } from './comparison-markdown.ts';

/** The files of a comparison, and what they show. */
export interface ComparisonFiles {
  readonly html: string;
  readonly markdown: string;
  readonly json: string;
  readonly csv: string;
  readonly comparison: Comparison;
}

/**
 * Compares two run folders and writes the comparison into a third; the runs stay as they are.
 *
 * @throws as {@link readRunFolder} and {@link compareRuns}
 */
export const writeComparison = async (
  beforeFolder: string,
  afterFolder: string,
  output: string,
): Promise<ComparisonFiles> => {
  const [before, after] = await Promise.all([
    readRunFolder(beforeFolder),
    readRunFolder(afterFolder),
  ]);
  const comparison = compareRuns(
    { folder: beforeFolder, data: before },
    { folder: afterFolder, data: after },
  );
  const files = {
    html: join(output, 'comparison.html'),
    markdown: join(output, 'comparison.md'),
    json: join(output, 'comparison.json'),
    csv: join(output, 'comparison.csv'),
  };
  await mkdir(output, { recursive: true });
  await Promise.all([
    writeAtomically(files.html, renderComparisonHtml(comparison)),
    writeAtomically(files.markdown, renderComparisonMarkdown(comparison)),
    writeAtomically(files.json, `${JSON.stringify(comparison, null, 2)}\n`),
    writeAtomically(files.csv, renderComparisonCsv(comparison)),
  ]);
  return { ...files, comparison };
};
