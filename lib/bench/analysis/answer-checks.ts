import type { ComparedOutput } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { targetId } from '../model/measurement.ts';
import type { AnswerCheck, CheckedImage, CheckedTensors, ResultRecord } from '../model/record.ts';
import { compareTargets } from './row-order.ts';
import type { CheckedOutput, Summary } from './summary.ts';

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

/** Two best classes with almost the same probability may change places. */
const hasCorrectClass = (image: CheckedImage): boolean =>
  image.answeredClass === image.expectedClass ||
  (image.answeredClass !== undefined && image.difference === undefined);

const isCorrect = (image: CheckedImage): boolean =>
  hasCorrectClass(image) && image.difference === undefined;

const summariseCheck = (check: AnswerCheck): Summary['answerChecks'][number] => {
  const {
    target,
    engine,
    state,
    fastestMs,
    fault,
    reason,
    trained,
    relativeTolerance,
    images,
    tensors,
  } = check;
  const common = { target, engine, state, fastestMs, fault, trained, reason };
  if (tensors !== undefined) {
    const correct = tensors.filter(areCorrect).length;
    return { ...common, images: tensors.length, correct, outputs: checkedOutputs(tensors) };
  }
  const wrong = images.filter((image) => !isCorrect(image));
  const differences = images.flatMap((image) => image.largestRelativeDifference ?? []);
  return {
    ...common,
    images: images.length,
    correct: images.filter(hasCorrectClass).length,
    relativeTolerance,
    largestRelativeDifference: differences.length === 0 ? undefined : Math.max(...differences),
    wrong: wrong.length === 0 ? undefined : wrong,
  };
};

/** The answer checks by target and engine. A resumed run checks targets again; one failed check is enough to fail. */
export const answerChecksOf = (records: readonly ResultRecord[]): Summary['answerChecks'] => {
  const checks = new Map<string, AnswerCheck>();
  for (const record of records) {
    if (record.kind !== 'answer-check') continue;
    const key = `${targetId(record.target)}/${record.engine}`;
    if (checks.get(key)?.state !== 'failed') checks.set(key, record);
  }
  return [...checks.values()]
    .toSorted((a, b) => compareTargets(a.target, b.target))
    .map(summariseCheck);
};
