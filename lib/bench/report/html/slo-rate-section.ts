import type { Summary } from '../../analysis/summary.ts';
import { headColumns } from '../target-column.ts';
import { SLO_RATE_COLUMNS, SLO_RATE_TITLE, sloRateNote } from '../slo-rate-columns.ts';
import { columnTable } from './column-table.ts';
import { html, type Markup } from './markup.ts';

/** The highest rate of each target within the requested bounds. Undefined if there are none. */
export const sloRateSection = (
  { sloRates = [] }: Pick<Summary, 'sloRates'>,
  labels: ReadonlyMap<string, string>,
): Markup | undefined =>
  sloRates.length === 0
    ? undefined
    : html`<section id="slo-rates">
        <h2>${SLO_RATE_TITLE}</h2>
        ${columnTable(SLO_RATE_TITLE, [...headColumns(labels), ...SLO_RATE_COLUMNS], sloRates)}
        <p>${sloRateNote(sloRates)}</p>
      </section>`;
