import { join } from 'node:path';
import { compareRuns } from '../analysis/comparison/compare-runs.ts';
import type { Comparison } from '../analysis/comparison/comparison.ts';
import { reportedRecords } from '../analysis/records.ts';
import { makeFolder, readRunFolder } from '../results/run-folder.ts';
import { writeAtomically, writeJsonFile } from '../results/write-atomically.ts';
import { comparisonReport } from './comparison-report.ts';
import type { Report } from './model.ts';
import { renderHtml } from './render-html.ts';
import { renderMarkdown } from './render-markdown.ts';

export interface WrittenComparison {
  /** Paths. */
  readonly files: { readonly html: string; readonly markdown: string; readonly json: string };
  readonly report: Report;
  readonly comparison: Comparison;
}

/**
 * Compares two run folders and writes the comparison into a third folder; the runs stay as they are.
 *
 * @throws as {@link readRunFolder} and {@link compareRuns}
 */
export const writeComparison = async (
  beforeFolder: string,
  afterFolder: string,
  output: string,
): Promise<WrittenComparison> => {
  const [before, after] = await Promise.all([
    readRunFolder(beforeFolder, reportedRecords),
    readRunFolder(afterFolder, reportedRecords),
  ]);
  const comparison = compareRuns(
    { folder: beforeFolder, data: before },
    { folder: afterFolder, data: after },
  );
  const report = comparisonReport(comparison, [before.plan, after.plan]);
  const files = {
    html: join(output, 'comparison.html'),
    markdown: join(output, 'comparison.md'),
    json: join(output, 'comparison.json'),
  };
  await makeFolder(output);
  await writeAtomically(files.html, renderHtml(report));
  await writeAtomically(files.markdown, renderMarkdown(report));
  await writeJsonFile(files.json, comparison);
  return { files, report, comparison };
};
