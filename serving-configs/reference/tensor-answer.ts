import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { compareTensors, nanIndex, type ResolvedCheck } from '../models/tensors/compare-tensors.ts';
import { mismatchOf } from '../models/tensors/mismatch.ts';
import { readTensors, writeTensors } from '../models/tensors/tensor-body.ts';
import { UsageError } from '../options/usage-error.ts';
import { oneLine } from './onnx/session.ts';
import type { TensorSession } from './onnx/tensor-session.ts';

/** ONNX Runtime's message about an input, without the places in its sources. */
const refusalOf = (error: unknown): string =>
  oneLine(error).replace(
    /^Non-zero status code returned while running (\S+) node\. Name:'([^']*)' Status Message: (?:\/\S+ .* was false\. )?/,
    '$1 node "$2": ',
  );

/**
 * Computes an answer again and compares it.
 * @param file - The body of the request.
 * @param answer - The body of the answer.
 * @throws UsageError if an output differs.
 */
export const assertSameAnswer = async (
  file: string,
  answer: Uint8Array,
  session: TensorSession,
  checks: Readonly<Record<string, ResolvedCheck>>,
): Promise<void> => {
  const [first, again] = [answer, await answerTensors(file, session)].map(
    (body) => readTensors(body, 'outputs').tensors,
  );
  const { outputs } = compareTensors(first ?? [], again ?? [], checks);
  const other = outputs.find(({ passed }) => !passed);
  if (other === undefined) return;
  throw new UsageError(
    `the model is not deterministic: its output "${other.output}" differs when the same input is computed again`,
    'export it without random operators, and with dropout switched off: model.eval() in PyTorch',
  );
};

/**
 * Computes the correct answer of a user's model to a request.
 *
 * @param file - The body of the request. Messages name it without its ending.
 * @returns The body of the answer.
 * @throws UsageError if the model cannot answer, or if its answer cannot be compared.
 */
export const answerTensors = async (file: string, session: TensorSession): Promise<Buffer> => {
  const name = path.basename(file, '.tensors');
  const refused = (why: string, cause?: unknown): UsageError =>
    new UsageError(
      `the model refuses ${name}: ${why}`,
      'correct this input, or change the description: model.sizes, and for random values inputs.ranges',
      { cause, refusal: why },
    );
  const inputs = await readFile(file)
    .then((body) => readTensors(body, 'inputs').tensors)
    .catch((error: unknown) => {
      throw refused(oneLine(error), error);
    });
  const mismatch = mismatchOf(inputs, session.inputs);
  if (mismatch !== undefined) throw refused(mismatch);
  const outputs = await session.run(inputs).catch((error: unknown) => {
    throw refused(refusalOf(error), error);
  });
  const wrong = mismatchOf(outputs, session.outputs);
  if (wrong !== undefined) {
    throw new UsageError(
      `the model's answer to ${name} is not what its file says: ${wrong}`,
      'declare the shapes of the outputs in the ONNX file',
    );
  }
  const withNaN = outputs.find((output) => nanIndex(output) !== undefined);
  if (withNaN !== undefined) {
    throw new UsageError(
      `output "${withNaN.name}" of the answer to ${name} holds NaN, which cannot be compared`,
      'remove this input, or fix the model',
    );
  }
  return Buffer.concat(writeTensors(outputs, 'outputs', 'binary').body);
};
