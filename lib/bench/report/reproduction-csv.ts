import type { Reproduction } from '../analysis/reproduction/reproduction.ts';
import { csvText } from './csv-text.ts';
import { NO_FIGURE } from './format-number.ts';
import { reproductionColumns, reproductionLines } from './reproduction-columns.ts';

/** `reproduction.csv`: one line a path, scenario and number of virtual users that the study has too; its sentence is the first. */
export const renderReproductionCsv = (statement: string, reproduction: Reproduction): string => {
  const columns = reproductionColumns();
  return csvText(
    statement,
    columns.map(({ key }) => key),
    reproductionLines(reproduction).map((line) =>
      columns.map(({ text }) => (text(line) === NO_FIGURE ? '' : text(line))),
    ),
  );
};
