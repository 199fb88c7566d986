import { groupBy } from '../analysis/group-by.ts';
import type { SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { targetId } from '../model/measurement.ts';
import { levelLabel } from '../wording/labels.ts';

/** A row with what is to be said of it. */
export interface FailureLine {
  readonly path: string;
  readonly engine: string;
  readonly scenario: string;
  readonly load: string;
  readonly what: string;
}

/** One text a message, with the repeats that it is of. */
export const repeatTexts = (failed: SummaryRow['failedRepeats']): readonly string[] =>
  [...groupBy(failed, ({ message }) => message)].map(
    ([message, repeats]) =>
      `${repeats.length === 1 ? 'repeat' : 'repeats'} ${repeats.map(({ repeat }) => repeat).join(', ')}: ${message}`,
  );

/** Every row in which requests or whole repeats failed, in words. */
export const failureLines = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): readonly FailureLine[] =>
  summary.rows.flatMap((row) => {
    const requests = Object.entries(row.failures ?? {}).map(
      ([name, count]) => `${count} × ${name}`,
    );
    const repeats = repeatTexts(row.failedRepeats);
    if (requests.length + repeats.length === 0) return [];
    const total = (row.failed ?? 0) + (row.succeeded ?? 0);
    const of = requests.length > 0 ? [`${requests.join(', ')} of ${total} requests`] : [];
    const id = targetId(row.target);
    return [
      {
        path: labels.get(id) ?? id,
        engine: row.engine,
        scenario: row.scenario,
        load: levelLabel(row.level),
        what: [...of, ...repeats].join('; '),
      },
    ];
  });
