import type { Summary } from '../analysis/summary.ts';
import { gateCounts, gateFindings, oracleSentence } from './gate-figures.ts';
import { worstPassed } from './gate-rows.ts';
import { escapeMarkdown, tableRow } from './markdown-text.ts';

/** What came nearest to each limit and passed. Empty where nothing passed. */
const worstLines = (summary: Summary, labels: ReadonlyMap<string, string>): readonly string[] => {
  const worst = worstPassed(summary, labels);
  return worst.length === 0
    ? []
    : [
        'Of each gate the worst figure that passed; gates.csv has all of them:',
        '',
        tableRow(['Gate', 'Worst that passed', 'Its limit', 'Where']),
        tableRow(['---', '---:', '---:', '---']),
        ...worst.map(({ title, figure, limit, place }) =>
          tableRow([title, figure, limit, escapeMarkdown(place)]),
        ),
        '',
      ];
};

/** The gates with their counts, and what did not pass. Empty where no row was asked. */
export const gateLines = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): readonly string[] => {
  const counts = gateCounts(summary);
  if (counts.length === 0) return [];
  const { findings, more } = gateFindings(summary, labels);
  const items = findings.map(({ title, path, scenario, load, state, finding, advice }) => {
    const place = [path, scenario, load].filter((part) => part !== '').join(', ');
    return `- ${title}, ${state}: ${escapeMarkdown(`${place}: ${finding} ${advice}`)}`;
  });
  const oracle = oracleSentence(summary);
  const rest = more === 0 ? [] : [`- and ${more} more; all are in summary.json`];
  return [
    '## Gates',
    '',
    tableRow(['Gate', 'Asks', 'Limit', 'Passed', 'Failed', 'Warned', 'Unknown', 'Not asked']),
    tableRow(['---', '---', '---', '---:', '---:', '---:', '---:', '---:']),
    ...counts.map(({ title, asks, limit, passed, failed, warned, unknown, notApplicable }) =>
      tableRow([
        title,
        escapeMarkdown(asks),
        escapeMarkdown(limit),
        ...[passed, failed, warned, unknown, notApplicable].map(String),
      ]),
    ),
    '',
    ...(oracle === undefined ? [] : [escapeMarkdown(oracle), '']),
    ...worstLines(summary, labels),
    ...(items.length === 0
      ? []
      : [
          '<details><summary>What did not pass, and what to do</summary>',
          '',
          ...items,
          ...rest,
          '',
          '</details>',
          '',
        ]),
  ];
};
