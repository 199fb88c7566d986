import { joined, NO_FIGURE, sentenceStart } from '../wording/format-number.ts';
import { printable } from '../wording/text-layout.ts';
import type { Chart } from './charts/draw-chart.ts';
import {
  signedText,
  sectionsIn,
  shownIn,
  type Block,
  type Cell,
  type Item,
  type List,
  type Report,
  type TableRow,
  type Section,
  type Table,
  type Text,
} from './model.ts';

/** Text on one line, escaped for Markdown, its tables and its HTML. */
const escaped = (text: string): string =>
  printable(text)
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_[\]|~#!]/g, '\\$&');

const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A cell with its detail in brackets; figures of rows that fail a check are in italics. */
const cellText = ({ text, detail, column }: Cell, { mark }: TableRow): string => {
  const words = escaped(detail === '' ? text : `${text} (${detail})`);
  const isItalic = mark !== undefined && column.isFigure === true && text !== NO_FIGURE;
  return isItalic ? `*${words}*` : words;
};

const tableLines = ({ caption, columns, rows }: Table): readonly string[] => [
  `**${escaped(caption)}**`,
  '',
  tableRow(columns.map(({ title, unit }) => escaped(joined(', ', title, unit)))),
  tableRow(columns.map(({ isFigure }) => (isFigure === true ? '---:' : '---'))),
  ...rows.map((row) => tableRow(row.cells.map((cell) => cellText(cell, row)))),
];

const textLine = ({ text, role }: Text): string => {
  if (role === 'title') return `# ${escaped(text)}`;
  if (role === 'heading') return `### ${escaped(text)}`;
  return role === undefined || role === 'small' ? escaped(text) : `**${escaped(text)}**`;
};

/** The chips or files of an item, else its text; a command as code. */
const itemText = ({ text, chips = [], files = [], isCommand }: Item): string => {
  if (isCommand === true) return `\`${text}\``;
  if (chips.length > 0) return escaped(chips.map(signedText).join('  '));
  return files.length > 0
    ? files.map((file) => `[${escaped(file)}](${file})`).join(', ')
    : escaped(text);
};

/** Notices become separate quotations, other items a list. */
const listLines = ({ items, role }: List): readonly string[] =>
  items.flatMap((item, at) => {
    if (role === 'notices') return [...(at === 0 ? [] : ['']), `> ${itemText(item)}`];
    return [`- ${item.name === undefined ? '' : `**${escaped(item.name)}**: `}${itemText(item)}`];
  });

/** A chart between its title and its caption, neither of which its file shows. */
const chartLines = ({ name, title, caption }: Chart): readonly string[] => [
  `**${escaped(title)}**`,
  '',
  `![${escaped(title)}](charts/${name}.svg)`,
  '',
  escaped(caption),
];

const linesOf = (block: Block): readonly string[] => {
  if (block.kind === 'text') return [textLine(block)];
  if (block.kind === 'list') return listLines(block);
  if (block.kind === 'table') return tableLines(block);
  if (block.kind === 'charts') {
    return block.charts.flatMap((chart, at) => [...(at === 0 ? [] : ['']), ...chartLines(chart)]);
  }
  const summary = `<details><summary>${escaped(block.title)}</summary>`;
  return [summary, '', ...blockLines(block.blocks), '</details>'];
};

/** Ends each block with an empty line. */
const blockLines = (blocks: readonly Block[]): readonly string[] =>
  shownIn('markdown', blocks).flatMap((block) => {
    const lines = linesOf(block);
    return lines.length === 0 ? [] : [...lines, ''];
  });

const sectionLines = ({ title, blocks, gist, isReference }: Section): readonly string[] =>
  isReference === true
    ? blockLines([{ kind: 'fold', title, blocks }])
    : [
        `## ${escaped(title)}`,
        '',
        ...(gist === undefined ? [] : [escaped(sentenceStart(`${gist}.`)), '']),
        ...blockLines(blocks),
      ];

/** The report in the Markdown of GitHub, for a pull request. */
export const renderMarkdown = (report: Report): string =>
  [...blockLines(report.head), ...sectionsIn('markdown', report).flatMap(sectionLines)].join('\n');
