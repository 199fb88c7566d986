/**
 * Computes the correct answers of a user's model to a folder of requests directly, without a server. Writes the answers to a folder and
 * prints their hashes as one JSON document.
 * `node serving-configs/reference/direct-tensors.ts --model FILE.onnx --requests DIR --answers DIR`
 */
import './onnx/no-telemetry.ts';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Of } from '../models/built-folder.ts';
import { nanIndex } from '../models/tensors/compare-tensors.ts';
import { mismatchOf } from '../models/tensors/mismatch.ts';
import { readTensors, writeTensors } from '../models/tensors/tensor-body.ts';
import { folder } from '../options/kinds.ts';
import { readProgram } from '../options/program.ts';
import { UsageError } from '../options/usage-error.ts';
import { oneLine } from './onnx/session.ts';
import { openTensorSession, type TensorSession } from './onnx/tensor-session.ts';
import { userModelOption } from './options.ts';
import { printDocument } from './print-document.ts';

const command = {
  name: 'direct-tensors.ts',
  description: "Computes the answers of a user's model to a folder of requests without a server.",
  options: {
    model: userModelOption,
    requests: { kind: folder, description: 'request bodies: *.tensors', required: true },
    answers: { kind: folder, description: 'where the answers go', required: true },
  },
} as const;

/** ONNX Runtime's message about an input, without the places in its sources. */
const refusalOf = (error: unknown): string =>
  oneLine(error).replace(
    /^Non-zero status code returned while running (\S+) node\. Name:'([^']*)' Status Message: (?:\/\S+ .* was false\. )?/,
    '$1 node "$2": ',
  );

/** Computes the answer to a request, as a body. */
const answerTo = async (file: string, session: TensorSession): Promise<Buffer> => {
  const name = path.basename(file, '.tensors');
  const refused = (why: string, cause?: unknown): UsageError =>
    new UsageError(
      `the model refuses ${name}: ${why}`,
      'correct this input, or change the description: model.sizes, and for random values inputs.ranges',
      { cause },
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

printDocument(async (args) => {
  const { model, requests, answers: target } = readProgram(command, args);
  const files = (await readdir(requests)).filter((name) => name.endsWith('.tensors')).toSorted();
  const session = await openTensorSession(path.resolve(model));
  await mkdir(target, { recursive: true });
  const answers = [];
  for (const file of files) {
    const body = await answerTo(path.join(requests, file), session);
    await writeFile(path.join(target, file), body);
    answers.push({ file, sha256: sha256Of(body) });
  }
  await session.close();
  return { answers };
});
