import type { ComparedOutput } from '../../../serving-configs/models/tensors/compare-tensors.ts';

const WRONG = {
  missing: 'is missing',
  type: 'has another type',
  shape: 'has another shape',
} as const satisfies Record<NonNullable<ComparedOutput['wrong']>, string>;

/** Describes how an output differs from the expected one. */
export const wrongOutputText = ({
  output,
  check,
  wrong,
  worst,
  cosine,
  atLeast,
}: ComparedOutput): string => {
  if (wrong !== undefined) return `output "${output}" ${WRONG[wrong]}`;
  if (check === 'cosine') {
    const bound = atLeast === undefined ? '' : `, and must be at least ${atLeast}`;
    return `the cosine between output "${output}" and the correct one is ${cosine?.toPrecision(4) ?? 'not a number'}${bound}`;
  }
  if (worst === undefined) return `output "${output}" differs`;
  const { index, expected, answered } = worst;
  const what = check === 'top1' ? 'has its largest value at' : 'is';
  return `output "${output}" at [${index.join()}] ${what} ${answered} instead of ${expected}`;
};

/** Describes how an expected output that came with the inputs differs from the one that ONNX Runtime computes. */
export const unlikeOutputText = (compared: ComparedOutput): string => {
  const { output, check, worst, cosine } = compared;
  if (worst === undefined) return `${wrongOutputText(compared)} than with ONNX Runtime`;
  const { index, expected, answered } = worst;
  const what = check === 'top1' ? 'has its largest value at' : 'is';
  const angle = cosine === undefined ? '' : ` (the cosine is ${cosine.toPrecision(4)})`;
  return `output "${output}" at [${index.join()}] ${what} ${expected}, and ONNX Runtime gives ${answered}${angle}`;
};
