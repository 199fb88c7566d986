import { join } from 'node:path';
import { compareRuns } from '../../analysis/comparison/compare-runs.ts';
import type { Comparison } from '../../analysis/comparison/comparison.ts';
import { makeFolder } from '../../results/make-folder.ts';
import { readRunFolder } from '../../results/run-folder.ts';
import { writeAtomically } from '../../results/write-atomically.ts';
import { escapeMarkdown, markdownTable } from '../markdown-text.ts';
import { changeColumns, changeFootnote, headLines, noticeLines } from './comparison-table.ts';

/** The files of a comparison, and what they show. */
export interface ComparisonFiles {
  readonly markdown: string;
  readonly json: string;
  readonly comparison: Comparison;
}

const renderMarkdown = (comparison: Comparison): string =>
  [
    '## Two runs compared',
    '',
    ...headLines(comparison).flatMap((line) => [escapeMarkdown(line), '']),
    ...noticeLines(comparison).flatMap((notice) => [`> ${escapeMarkdown(notice)}`, '']),
    ...markdownTable(changeColumns(comparison), comparison.changes),
    '',
    escapeMarkdown(changeFootnote(comparison)),
    '',
  ].join('\n');

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
    markdown: join(output, 'comparison.md'),
    json: join(output, 'comparison.json'),
  };
  await makeFolder(output);
  await writeAtomically(files.markdown, renderMarkdown(comparison));
  await writeAtomically(files.json, `${JSON.stringify(comparison, null, 2)}\n`);
  return { ...files, comparison };
};
