import { targetId, type Measurement } from '../../model/measurement.ts';
import type { ResultRecord } from '../../model/record.ts';

const keyOf = ({ target, engine }: Pick<Measurement, 'target' | 'engine'>): string =>
  `${targetId(target)}/${engine}`;

/**
 * Targets and engines that have figures and no check of their answers: a runner checks them before the first measurement of a target, so
 * that a line of the results is missing. A check that failed is there, and says what it found. Pure.
 */
export const uncheckedTargets = (
  records: readonly ResultRecord[],
): readonly Pick<Measurement, 'target' | 'engine'>[] => {
  const checked = new Set(
    records.flatMap((record) => (record.kind === 'answer-check' ? [keyOf(record)] : [])),
  );
  const unchecked = new Map<string, Pick<Measurement, 'target' | 'engine'>>();
  for (const record of records) {
    if (record.kind !== 'measurement' || record.state !== 'completed') continue;
    const { target, engine } = record.measurement;
    const key = keyOf(record.measurement);
    if (!checked.has(key)) unchecked.set(key, { target, engine });
  }
  return [...unchecked.values()];
};
