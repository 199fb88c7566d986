import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../plan/cell.ts';
import { repeatTexts, type FailureLine } from './failure-lines.ts';
import { levelLabel } from '../wording/labels.ts';

export const LEFT_OUT_TITLE = 'Left out by early stopping';

/** Every row of which early stopping left out repeats, with its reasons. */
export const leftOutLines = (
  { rows }: Pick<Summary, 'rows'>,
  labels: ReadonlyMap<string, string>,
): readonly FailureLine[] =>
  rows.flatMap(({ path, engine, scenario, level, skippedRepeats = [] }) =>
    skippedRepeats.length === 0
      ? []
      : [
          {
            path: labels.get(pathId(path)) ?? pathId(path),
            engine,
            scenario,
            load: levelLabel(level),
            what: repeatTexts(
              skippedRepeats.map(({ repeat, reason }) => ({ repeat, message: reason })),
            ).join('; '),
          },
        ],
  );
