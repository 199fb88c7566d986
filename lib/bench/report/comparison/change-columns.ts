import type { Change, Comparison } from '../../analysis/comparison/comparison.ts';
import { pathId } from '../../plan/cell.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel, pathLabels } from '../../wording/labels.ts';
import {
  DECIDED_COLUMNS,
  figuresIn,
  sayingFigure,
  withoutEmptyReasons,
  wordColumns,
} from '../verdict-columns.ts';
import { RATIO_NOTES } from '../verdict-texts.ts';
import { figureColumn, textColumn, type KeyedColumn } from '../keyed-column.ts';

const rowColumns = (labels: ReadonlyMap<string, string>): readonly KeyedColumn<Change>[] => [
  textColumn('path', 'Path', ({ path }) => labels.get(pathId(path)) ?? pathId(path)),
  textColumn('scenario', 'Scenario', ({ scenario }) => scenario),
  textColumn('load', 'Load', ({ level }) => levelLabel(level)),
  figureColumn('rate_before', 'Before, requests/s', ({ ratePerSecondBefore }) =>
    formatFigure(ratePerSecondBefore),
  ),
  figureColumn('rate_after', 'After, requests/s', ({ ratePerSecondAfter }) =>
    formatFigure(ratePerSecondAfter),
  ),
];

const MEDIAN_COLUMNS: readonly KeyedColumn<Change>[] = [
  figureColumn('p50_ms_before', 'Before, median ms', ({ p50MsBefore }) =>
    formatFigure(p50MsBefore),
  ),
  figureColumn('p50_ms_after', 'After, median ms', ({ p50MsAfter }) => formatFigure(p50MsAfter)),
];

/** The columns of a table of changes; without reasons where nothing is withheld. */
export const changeColumns = ({ changes, after }: Comparison): readonly KeyedColumn<Change>[] => {
  const labels = pathLabels(
    changes.map(({ path }) => path),
    after,
  );
  const [word, ...why] = wordColumns('After is');
  const columns = [
    ...rowColumns(labels),
    ...(figuresIn(changes).includes('median response time') ? MEDIAN_COLUMNS : []),
    // Before the figures behind it, which a narrow page cuts off.
    ...(word === undefined ? [] : [word]),
    ...DECIDED_COLUMNS,
    figureColumn(
      'repeats',
      'Repeats',
      ({ repeatsBefore, repeatsAfter }: Change) => `${repeatsBefore} and ${repeatsAfter}`,
    ),
    ...why,
  ];
  return sayingFigure(withoutEmptyReasons(columns, changes), changes);
};

/** How to read the table. */
export const changeFootnote = ({ changes }: Comparison): string =>
  `${figuresIn(changes)
    .map((figure) => RATIO_NOTES[figure]('after', 'before'))
    .join(
      ' ',
    )} p, word: the chance of figures that clear if the word were wrong, corrected for all rows (Holm); p, ratio 1: of this row alone; both by Welch’s test on the logarithms of the repeats’ figures; where runs share several node pairs, by Student’s t test on the differences inside the pairs; where they have different ones, by Welch’s test on the means of the pairs. Rates and medians before and after are of all repeats, also of those that are left out of the ratio.`;
