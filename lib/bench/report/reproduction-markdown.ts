import type { Reproduction } from '../analysis/reproduction/reproduction.ts';
import type { Summary } from '../analysis/summary.ts';
import { formatFigure } from '../wording/format-number.ts';
import { escapeMarkdown, markdownTable } from './markdown-text.ts';
import { ORDER_FOOTNOTE, orderColumns, orderLines } from './order-columns.ts';
import {
  reproductionColumns,
  reproductionLines,
  shapeTableColumns,
} from './reproduction-columns.ts';
import {
  explanationTexts,
  middlewareSettingLines,
  otherPayloadsText,
  REPRODUCTION_SOURCE,
} from './reproduction-texts.ts';

const listOf = (texts: readonly string[]): readonly string[] =>
  texts.length === 0 ? [] : [...texts.map((text) => `- ${escapeMarkdown(text)}`), ''];

/** How the middleware was set; empty where it was not. */
export const middlewareMarkdown = (summary: Summary): readonly string[] => {
  const lines = middlewareSettingLines(summary);
  return lines.length === 0 ? [] : ['## How the middleware was set', '', ...listOf(lines)];
};

const orderMarkdown = (
  reproduction: Reproduction,
  labels: ReadonlyMap<string, string>,
): readonly string[] => {
  const lines = orderLines(reproduction);
  return lines.length === 0
    ? []
    : [...markdownTable(orderColumns(labels), lines), '', escapeMarkdown(ORDER_FOOTNOTE), ''];
};

/** The run beside the study; empty where they have no point in common. */
export const reproductionMarkdown = (
  { reproduction }: Summary,
  labels: ReadonlyMap<string, string>,
): readonly string[] => {
  if (reproduction === undefined) return [];
  const { sentences, series, card } = reproduction;
  return [
    '## Beside the study of 2021',
    '',
    ...listOf(sentences),
    ...orderMarkdown(reproduction, labels),
    ...markdownTable(shapeTableColumns(labels), series),
    '',
    ...markdownTable(reproductionColumns(labels), reproductionLines(reproduction)),
    '',
    ...listOf(explanationTexts(reproduction)),
    ...listOf(
      (card?.figures ?? []).map(
        ({ what, imagesPerSecond, meanMs }) =>
          `Measured by others, ${card?.card ?? ''} alone: ${what}, ${formatFigure(imagesPerSecond)} images/s, ${formatFigure(meanMs)} ms`,
      ),
    ),
    ...listOf([otherPayloadsText(reproduction, labels) ?? []].flat()),
    escapeMarkdown(REPRODUCTION_SOURCE),
    '',
  ];
};
