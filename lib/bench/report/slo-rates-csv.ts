import type { SloRate } from '../analysis/slo/best-rate.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../model/cell.ts';
import { csvText, runFields } from './csv-text.ts';
import { NO_FIGURE } from '../wording/format-number.ts';
import { SLO_RATE_COLUMNS } from './slo-rate-columns.ts';

type Column = readonly [name: string, text: (rate: SloRate) => string];

const COLUMNS: readonly Column[] = [
  ['path', ({ path }) => pathId(path)],
  ['engine', ({ engine }) => engine],
  ['scenario', ({ scenario }) => scenario],
  ...SLO_RATE_COLUMNS.map(({ key, text }): Column => [key, text]),
];

/** `slo-rates.csv`: one line a path, scenario and bound. */
export const renderSloRatesCsv = (summary: Summary): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    (summary.sloRates ?? []).map((rate) =>
      COLUMNS.map(([, text]) => (text(rate) === NO_FIGURE ? '' : text(rate))),
    ),
    runFields(summary),
  );
