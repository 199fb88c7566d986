import type { Reproduction } from '../../analysis/reproduction/reproduction.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { CardFigures } from '../../published/card-figures.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { neededPathColumns } from '../path-column.ts';
import { ORDER_FOOTNOTE, orderColumns, orderLines } from '../order-columns.ts';
import {
  reproductionColumns,
  reproductionLines,
  shapeTableColumns,
} from '../reproduction-columns.ts';
import {
  explanationTexts,
  middlewareSettingLines,
  otherPayloadsText,
  REPRODUCTION_SOURCE,
} from '../reproduction-texts.ts';
import { columnTable } from './column-table.ts';
import { html, type Markup } from './markup.ts';

const listOf = (texts: readonly string[]): Markup | undefined => {
  if (texts.length === 0) return undefined;
  const items = texts.map((text) => html`<li>${text}</li>`);
  return html`<ul>
    ${items}
  </ul>`;
};

const cardMarkup = ({ card, network, figures, suspect }: CardFigures): Markup => {
  const table = columnTable(
    `${card} alone, measured by others: ${network}`,
    [
      { title: 'What', text: ({ what }) => what, isFigure: false },
      {
        title: 'Images/s',
        text: ({ imagesPerSecond }) => formatFigure(imagesPerSecond),
        isFigure: true,
      },
      { title: 'Mean ms', text: ({ meanMs }) => formatFigure(meanMs), isFigure: true },
      { title: 'Source', text: ({ source }) => source, isFigure: false },
    ],
    figures,
  );
  return html`${table}
    <p>${suspect.text}</p>`;
};

/** Undefined where no series has the levels that a shape needs. */
const shapeTable = (
  series: Reproduction['series'],
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const columns = shapeTableColumns(labels);
  const figures = neededPathColumns(columns, series).filter(({ isFigure }) => isFigure);
  return figures.length === 0
    ? undefined
    : columnTable('Shapes, which another machine may leave as they are', columns, series);
};

/** How the middleware was set, and what each setting does. Undefined where it was as it is by itself. */
export const middlewareSection = (summary: Summary): Markup | undefined => {
  const lines = listOf(middlewareSettingLines(summary));
  return lines === undefined
    ? undefined
    : html`<section id="middleware">
        <h2>How the middleware was set</h2>
        ${lines}
      </section>`;
};

const orderMarkup = (
  reproduction: Reproduction,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const lines = orderLines(reproduction);
  return lines.length === 0
    ? undefined
    : html`${columnTable('The study’s order of the servings, and whether it is ours', orderColumns(labels), lines)}
        <p class="meta">${ORDER_FOOTNOTE}</p>`;
};

/** The run beside the study of 2021. Undefined where they have no point in common. */
export const reproductionSection = (
  { reproduction }: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  if (reproduction === undefined) return undefined;
  const { sentences, series, card } = reproduction;
  const lines = reproductionLines(reproduction);
  const others = otherPayloadsText(reproduction, labels);
  return html`<section id="reproduction">
    <h2>Beside the study of 2021</h2>
    ${listOf(sentences)} ${orderMarkup(reproduction, labels)} ${shapeTable(series, labels)}
    ${columnTable('Ours beside the study’s', reproductionColumns(labels), lines)}
    ${listOf(explanationTexts(reproduction))}
    ${others === undefined ? undefined : html`<p>${others}</p>`}
    ${card === undefined ? undefined : cardMarkup(card)}
    <p class="meta">${REPRODUCTION_SOURCE}</p>
  </section>`;
};
