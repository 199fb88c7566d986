import type { SloRate } from '../analysis/slo/best-rate.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { csvText, runFields } from './csv-text.ts';
import { NO_FIGURE } from '../wording/format-number.ts';
import { SLO_RATE_COLUMNS } from './slo-rate-columns.ts';

type Column = readonly [name: string, text: (rate: SloRate) => string];

const COLUMNS: readonly Column[] = [
  ['target', ({ target }) => targetId(target)],
  ['engine', ({ engine }) => engine],
  ['scenario', ({ scenario }) => scenario],
  ...SLO_RATE_COLUMNS.map(({ key, text }): Column => [key, text]),
];

/** `slo-rates.csv`: one line a target, scenario and bound. */
export const renderSloRatesCsv = (summary: Summary): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    (summary.sloRates ?? []).map((rate) =>
      COLUMNS.map(([, text]) => (text(rate) === NO_FIGURE ? '' : text(rate))),
    ),
    runFields(summary),
  );
