import { suggest } from '../../../serving-configs/options/suggest.ts';
import { BenchError } from '../model/errors.ts';

/** Makes an error with a code from what happened and what to do. */
export type ErrorOf = (message: string, hint: string, cause?: unknown) => BenchError;

export const errorOf =
  (code: BenchError['code']): ErrorOf =>
  (message, hint, cause) =>
    new BenchError(code, message, { hint, cause });

/** The description of a model is missing or wrong in itself. */
export const descriptionError = errorOf('BENCH_DESCRIPTION');
/** The description does not match the inputs and outputs of the ONNX file. */
export const mismatchError = errorOf('BENCH_MISMATCH');
/** A model file is missing or has another format. */
export const modelFileError = errorOf('BENCH_MODEL_FILE');
/** A model in another format takes or returns other tensors than the ONNX file. */
export const modelsDifferError = errorOf('BENCH_MODELS_DIFFER');
/** Inputs are missing, or cannot be sent to the model. */
export const inputsError = errorOf('BENCH_INPUTS');
/** The class labels are missing, or their number is wrong. */
export const labelsError = errorOf('BENCH_LABELS');

/** What to give instead of an unknown name. */
export const nameHint = (name: string, known: readonly string[]): string => {
  const suggestion = suggest(name, known);
  return suggestion === undefined
    ? `known names: ${known.join(', ')}`
    : `did you mean ${suggestion}?`;
};

/** The error for a tensor that the model does not have, with a suggestion. */
export const unknownTensor = (what: string, name: string, known: readonly string[]): BenchError =>
  mismatchError(`${what} "${name}"`, nameHint(name, known));
