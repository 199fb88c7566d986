import type { ComparedOutput } from '../../../serving-configs/models/tensors/compare-tensors.ts';

const WRONG = {
  missing: 'is missing',
  type: 'has another type',
  shape: 'has another shape',
} as const satisfies Record<NonNullable<ComparedOutput['wrong']>, string>;

/** Where an output differs from the right one, and by how much. */
export const wrongOutputText = ({
  output,
  check,
  wrong,
  worst,
  cosine,
}: ComparedOutput): string => {
  if (wrong !== undefined) return `output "${output}" ${WRONG[wrong]}`;
  if (check === 'cosine') {
    return `the cosine of output "${output}" and the right one is ${cosine?.toPrecision(4) ?? 'no number'}`;
  }
  if (worst === undefined) return `output "${output}" differs`;
  const { index, expected, answered } = worst;
  const what = check === 'top1' ? 'has its largest value at' : 'is';
  return `output "${output}" at [${index.join()}] ${what} ${answered} instead of ${expected}`;
};
