import type { ComparedOutput } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { CheckedTensors } from '../model/record.ts';

/** One output of a target over all requests of its answer check. */
export interface CheckedOutput extends ComparedOutput {
  /** The request whose answer differs most. */
  readonly file: string;
  /** Requests whose answer passes. */
  readonly right: number;
}

/** Whether a request got an answer with the right outputs. */
export const areRight = ({ error, outputs = [] }: CheckedTensors): boolean =>
  error === undefined && outputs.every(({ passed }) => passed);

/** How much an output differs; what has no values differs most. */
const distanceOf = ({ passed, wrong, worst, cosine }: ComparedOutput): number => {
  if (wrong !== undefined) return Infinity;
  const far = cosine === undefined ? (worst?.relativeDifference ?? 0) : 1 - cosine;
  // One that fails counts before those that pass.
  return passed ? far : 1e6 + far;
};

/** Each output of a target, with the answer that differs most from the right one. */
export const checkedOutputs = (tensors: readonly CheckedTensors[]): readonly CheckedOutput[] => {
  const farthest = new Map<string, CheckedOutput>();
  for (const { file, outputs = [] } of tensors) {
    for (const one of outputs) {
      const before = farthest.get(one.output);
      const right = (before?.right ?? 0) + Number(one.passed);
      const isFarther = before === undefined || distanceOf(one) > distanceOf(before);
      farthest.set(one.output, { ...(isFarther ? { ...one, file } : before), right });
    }
  }
  return [...farthest.values()];
};
