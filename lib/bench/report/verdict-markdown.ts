import type { Summary } from '../analysis/summary.ts';
import { escapeMarkdown, markdownTable } from './markdown-text.ts';
import { headlinesOf, neededColumns, verdictFootnote } from './verdict-texts.ts';

/** The headline of each scenario with its table. Empty where there are no pairs; all other verdicts are in verdicts.csv. */
export const verdictLines = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): readonly string[] => {
  const headlines = headlinesOf(summary);
  if (headlines.length === 0) return [];
  return [
    '## Verdicts',
    '',
    ...headlines.flatMap(({ family, title, sentences, remarks, rows }) => [
      `### ${escapeMarkdown(title)}`,
      '',
      ...[...sentences, ...remarks].map((sentence) => `- ${escapeMarkdown(sentence)}`),
      '',
      escapeMarkdown(family.basis),
      '',
      ...markdownTable(neededColumns(rows, labels), rows),
      '',
    ]),
    escapeMarkdown(verdictFootnote(summary)),
    '',
  ];
};
