import type { Change } from './comparison.ts';

/** How rows were compared that node pairs measured, as a clause for each way. */
const WAYS = {
  within:
    'the repeats of each node pair were held against those of the same nodes in the other run, so that a difference between machines is none between the runs; repeats without their like in the other run count for nothing',
  between:
    'the runs had different nodes, so each node pair counts as one measurement: what the pairs of a run differ by is part of the interval',
} as const;

/** What is to be said of rows that several machines measured. Empty where one measured all. */
export const machineNotices = (changes: readonly Change[]): readonly string[] =>
  (['within', 'between'] as const).flatMap((method) => {
    const count = changes.filter(({ machines }) => machines?.method === method).length;
    return count === 0 ? [] : [`In ${count} of ${changes.length} rows ${WAYS[method]}.`];
  });
