import { publishedStudy } from '../../published/published-points.ts';
import type { PublishedGroup } from '../charts/published-charts.ts';
import { escapeMarkdown, markdownTable } from '../markdown-text.ts';
import { PUBLISHED_COLUMNS, publishedRows } from './published-columns.ts';
import { knownSentences } from './published-groups.ts';
import type { GroupPage } from './published-page.ts';

const groupLines = (group: PublishedGroup, charts: GroupPage['charts']): readonly string[] => [
  `## ${escapeMarkdown(group.title)}`,
  '',
  ...charts.map(
    ({ name, title }) => `![${escapeMarkdown(`${title}, ${group.title}`)}](charts/${name}.svg)`,
  ),
  '',
  ...markdownTable(PUBLISHED_COLUMNS, publishedRows(group)),
  '',
  ...knownSentences(group).map((sentence) => `- ${escapeMarkdown(sentence)}`),
  '',
];

/** The figures of the study of 2021 as Markdown: the same tables and sentences as on their page. */
export const renderPublishedMarkdown = (groups: readonly GroupPage[]): string => {
  const { statement, source, series } = publishedStudy;
  const count = series.reduce((total, { points }) => total + points.length, 0);
  return [
    `# ${escapeMarkdown(source.title)}`,
    '',
    `> ${escapeMarkdown(statement)}`,
    '',
    escapeMarkdown(`${count} points, read from charts. ${source.hardware}`),
    '',
    'Each figure stands with what its reading may be off.',
    '',
    ...groups.flatMap(({ group, charts }) => groupLines(group, charts)),
    '## Source',
    '',
    escapeMarkdown(`Figures: ${source.figures}. ${source.reading}`),
    '',
    ...source.posts.map((post) => `- ${escapeMarkdown(post)}`),
    '',
  ].join('\n');
};
