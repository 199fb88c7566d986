import { number, object, string, type Static } from '../../../serving-configs/schema.ts';
import { comparedOutputSchema } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { ComparedOutput } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { CheckedTensors } from '../model/record.ts';

export const checkedOutputSchema = object(
  {
    ...comparedOutputSchema.properties,
    file: string('The request with that answer.'),
    correct: number('Number of requests whose answer passes.'),
  },
  'The answer to one output that differs most from the expected one, over all requests of an answer check.',
);
export interface CheckedOutput extends Static<typeof checkedOutputSchema> {}

/** Whether all outputs of an answer pass. */
export const areCorrect = ({ error, outputs = [] }: CheckedTensors): boolean =>
  error === undefined && outputs.every(({ passed }) => passed);

/** How much an output differs. One that cannot be compared differs most, then those that fail. */
const distanceOf = ({ passed, wrong, worst, cosine }: ComparedOutput): number => {
  if (wrong !== undefined) return Infinity;
  const distance = cosine === undefined ? (worst?.relativeDifference ?? 0) : 1 - cosine;
  return passed ? distance : 1e6 + distance;
};

/** For each output of a target, the answer that differs most from the expected one. */
export const checkedOutputs = (tensors: readonly CheckedTensors[]): readonly CheckedOutput[] => {
  const farthest = new Map<string, CheckedOutput>();
  for (const { file, outputs = [] } of tensors) {
    for (const output of outputs) {
      const before = farthest.get(output.output);
      const correct = (before?.correct ?? 0) + Number(output.passed);
      const isFarther = before === undefined || distanceOf(output) > distanceOf(before);
      farthest.set(output.output, { ...(isFarther ? { ...output, file } : before), correct });
    }
  }
  return [...farthest.values()];
};
