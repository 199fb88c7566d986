import type { RunDifference } from '../../analysis/comparison/comparison.ts';

/** What was not the same in two runs, as a table. */
export const differenceColumns: readonly {
  readonly title: string;
  readonly text: (difference: RunDifference) => string;
  readonly isFigure: boolean;
}[] = [
  { title: 'What', text: ({ what }) => what, isFigure: false },
  { title: 'Before', text: ({ before }) => before, isFigure: false },
  { title: 'After', text: ({ after }) => after, isFigure: false },
];
