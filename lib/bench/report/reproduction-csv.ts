import type { Summary } from '../analysis/summary.ts';
import type { Reproduction } from '../analysis/reproduction/reproduction.ts';
import { csvHead, csvText } from './csv-text.ts';
import { NO_FIGURE } from './format-number.ts';
import { reproductionColumns, reproductionLines } from './reproduction-columns.ts';

/** `reproduction.csv`: one line a path, scenario and number of virtual users that the study has too. */
export const renderReproductionCsv = (summary: Summary, reproduction: Reproduction): string => {
  const columns = reproductionColumns();
  return csvText(
    csvHead(summary),
    columns.map(({ key }) => key),
    reproductionLines(reproduction).map((line) =>
      columns.map(({ text }) => (text(line) === NO_FIGURE ? '' : text(line))),
    ),
  );
};
