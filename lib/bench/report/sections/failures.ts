import { groupBy } from '../../analysis/group-by.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { counted, joined } from '../../wording/format-number.ts';
import type { Labels } from '../../wording/labels.ts';
import {
  blocks,
  table,
  text,
  engineColumn,
  loadColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
} from '../blocks.ts';
import type { Section } from '../model.ts';

/** A text for each message, with its repeats: `repeats 1, 2: …`. */
const repeatTexts = (failed: SummaryRow['failedRepeats']): readonly string[] =>
  [...groupBy(failed, ({ message }) => message)].map(
    ([message, repeats]) =>
      `${repeats.length === 1 ? 'repeat' : 'repeats'} ${repeats.map(({ repeat }) => repeat).join(', ')}: ${message}`,
  );

/** The failed requests of a row by class and its failed repeats; empty if nothing failed. */
export const failureText = ({
  failures = {},
  failedRepeats,
  failed = 0,
  succeeded = 0,
}: SummaryRow): string => {
  const classes = Object.entries(failures).map(([name, count]) => `${count} × ${name}`);
  return joined(
    '; ',
    classes.length > 0 && `${classes.join(', ')} of ${failed + succeeded} requests`,
    ...repeatTexts(failedRepeats),
  );
};

/** Failed requests by class, and repeats that gave no figures. */
export const failureSection = ({ rows, stability }: Summary, labels: Labels): Section => {
  const failing = rows.filter((row) => failureText(row) !== '');
  const isDisturbed = stability !== undefined && stability.targets.length > 0;
  const scope = isDisturbed ? ' without faults' : '';
  return {
    id: 'failures',
    title: 'Failures',
    gist: failing.length === 0 ? `none${scope}` : `in ${counted(failing.length, 'result')}`,
    blocks: blocks(
      failing.length === 0 &&
        text(`No request failed${scope} and every recorded measurement gave figures.`),
      table(
        'Failed requests and measurements',
        [
          targetColumn<SummaryRow>(labels),
          engineColumn,
          scenarioColumn,
          loadColumn,
          wordColumn<SummaryRow>('what', 'What failed', failureText),
        ],
        failing,
      ),
      isDisturbed &&
        text('Requests that failed under faults are in the section Stability, not here.', 'small'),
    ),
  };
};
