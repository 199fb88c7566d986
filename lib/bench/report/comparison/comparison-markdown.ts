import type { Comparison } from '../../analysis/comparison/comparison.ts';
import { escapeMarkdown, markdownTable } from '../markdown-text.ts';
import { changeColumns, changeFootnote } from './change-columns.ts';
import { changedSentences, headLines, noticeLines } from './comparison-lines.ts';
import { differenceColumns } from './difference-columns.ts';

/** A comparison for a pull request. */
export const renderComparisonMarkdown = (comparison: Comparison): string =>
  [
    '## Two runs compared',
    '',
    ...headLines(comparison).flatMap((line) => [escapeMarkdown(line), '']),
    ...noticeLines(comparison).flatMap((notice) => [`> ${escapeMarkdown(notice)}`, '']),
    ...changedSentences(comparison).map((sentence) => `- ${escapeMarkdown(sentence)}`),
    '',
    ...markdownTable(changeColumns(comparison), comparison.changes),
    '',
    escapeMarkdown(changeFootnote(comparison)),
    '',
    ...(comparison.differences.length === 0
      ? []
      : [
          '### What was not the same',
          '',
          ...markdownTable(differenceColumns, comparison.differences),
          '',
        ]),
  ].join('\n');
