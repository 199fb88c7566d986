import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../plan/cell.ts';
import { levelLabel } from './labels.ts';

export interface FailureLine {
  readonly path: string;
  readonly engine: string;
  readonly scenario: string;
  readonly load: string;
  readonly what: string;
}

/** Every row in which requests or whole repeats failed, in words. */
export const failureLines = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): readonly FailureLine[] =>
  summary.rows.flatMap((row) => {
    const requests = Object.entries(row.failures ?? {}).map(
      ([name, count]) => `${count} × ${name}`,
    );
    const repeats = row.failedRepeats.map(({ repeat, message }) => `repeat ${repeat}: ${message}`);
    if (requests.length + repeats.length === 0) return [];
    const total = (row.failed ?? 0) + (row.succeeded ?? 0);
    const of = requests.length > 0 ? [`${requests.join(', ')} of ${total} requests`] : [];
    const id = pathId(row.path);
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
