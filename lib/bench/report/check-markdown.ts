import type { Summary } from '../analysis/summary.ts';
import { checkCounts, checkFindings, calibrationSentence } from './check-figures.ts';
import { worstPassed } from './check-rows.ts';
import { escapeMarkdown, tableRow } from './markdown-text.ts';

/** What came nearest to each limit and passed. Empty where nothing passed. */
const worstLines = (summary: Summary, labels: ReadonlyMap<string, string>): readonly string[] => {
  const worst = worstPassed(summary, labels);
  return worst.length === 0
    ? []
    : [
        'Of each check the worst figure that passed; checks.csv has all of them:',
        '',
        tableRow(['Check', 'Worst that passed', 'Its limit', 'Where']),
        tableRow(['---', '---:', '---:', '---']),
        ...worst.map(({ title, figure, limit, place }) =>
          tableRow([title, figure, limit, escapeMarkdown(place)]),
        ),
        '',
      ];
};

/** The checks with their counts, and what did not pass. Empty where no row was asked. */
export const checkLines = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): readonly string[] => {
  const counts = checkCounts(summary);
  if (counts.length === 0) return [];
  const { findings, more } = checkFindings(summary, labels);
  const items = findings.map(({ title, path, scenario, load, state, finding, advice }) => {
    const place = [path, scenario, load].filter((part) => part !== '').join(', ');
    return `- ${title}, ${state}: ${escapeMarkdown(`${place}: ${finding} ${advice}`)}`;
  });
  const calibration = calibrationSentence(summary);
  const rest = more === 0 ? [] : [`- and ${more} more; all are in summary.json`];
  return [
    '## Checks',
    '',
    tableRow(['Check', 'Asks', 'Limit', 'Passed', 'Failed', 'Warned', 'Unknown', 'Not asked']),
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
    ...(calibration === undefined ? [] : [escapeMarkdown(calibration), '']),
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
