import {
  readAnswer,
  writeRequest,
} from '../../../../../serving-configs/models/tensors/json-contract.ts';
import { parseWithNaN } from '../../../../../serving-configs/models/tensors/json-numbers.ts';
import { LostInJson } from '../../../../../serving-configs/models/tensors/tensor-body.ts';
import { mismatchOf } from '../../../../../serving-configs/models/tensors/mismatch.ts';
import type { RunningServer } from '../../../../../serving-configs/running-server.ts';
import { BenchError, messageOf } from '../../../model/errors.ts';
import { descriptionError } from '../../../model-file/model-errors.ts';
import type { AnyModel } from '../../../model-file/described-model.ts';
import { readFirstInput } from '../../../model-file/model-inputs.ts';
import type { Ask, Attempt } from './ask-server.ts';

const answerError = (message: string, hint: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_SERVER_ANSWER', message, { hint, cause });

const assertJsonRequest = (server: string, body: string): void => {
  try {
    JSON.parse(body);
  } catch (error) {
    throw descriptionError(
      `servers.${server}.body is not JSON once an input is filled in: ${messageOf(error)}`,
      'correct it: {{INPUT}} becomes nested lists, including their brackets',
      error,
    );
  }
};

/** @throws BenchError if an answer does not hold the values of an output at the described pointer. */
const assertOutput = (
  server: string,
  json: NonNullable<RunningServer['json']>,
  output: AnyModel['outputs'][number],
  answer: unknown,
): void => {
  const keyPath = `servers.${server}.outputs.${output.name}`;
  let problem: string | undefined;
  try {
    problem = mismatchOf(readAnswer(json, answer, [output]), [output]);
  } catch (error) {
    // The answer check will refuse the rounded numbers, so that the other servers are still measured.
    if (error instanceof LostInJson) return;
    throw answerError(
      `${keyPath}: ${messageOf(error)}`,
      'give the JSON pointer to its values in the answer',
      error,
    );
  }
  if (problem === undefined) return;
  throw answerError(
    `${keyPath}: at ${json.outputs[output.name]} ${problem}`,
    'point at its values',
  );
};

/**
 * Sends the first input to a server that speaks its own JSON, and reads the answer.
 *
 * @throws BenchError if the request is not JSON, or the answer lacks an output at its pointer.
 */
export const assertJsonAnswer = async (
  { name, path, json = { body: '', outputs: {} } }: RunningServer,
  user: AnyModel,
  ask: Ask,
  attempts: readonly Attempt[],
): Promise<void> => {
  const { inputs } = await readFirstInput(user);
  const body = writeRequest(json, inputs);
  assertJsonRequest(name, body);
  const reply = await ask(path, { type: 'application/json', body: Buffer.from(body) });
  if (reply.status !== 200) {
    throw new BenchError(
      'BENCH_SERVER_REFUSED',
      `${name} does not answer the first input: ${attempts.at(-1)?.description ?? ''}`,
      { hint: `correct servers.${name}.body, or its url` },
    );
  }
  let answer: unknown;
  try {
    answer = parseWithNaN(reply.body.toString('utf8'));
  } catch (error) {
    throw answerError(
      `${name} does not answer in JSON: ${attempts.at(-1)?.description ?? ''}`,
      'give the address of a server that does',
      error,
    );
  }
  for (const output of user.outputs) assertOutput(name, json, output, answer);
};
