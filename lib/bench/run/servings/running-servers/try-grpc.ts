import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { mismatchOf } from '../../../../../serving-configs/models/tensors/mismatch.ts';
import {
  MODEL_INFER,
  modelInferRequest,
  modelInferResponse,
} from '../../../../../serving-configs/protocols/open-inference/messages.ts';
import { originOf } from '../../../../../serving-configs/running-server.ts';
import { trusting } from '../../../../../serving-configs/tls.ts';
import { withTimeLimit } from '../../../../../serving-configs/time-limit.ts';
import { framed, PREFIX_BYTES } from '../../../load/job.ts';
import { grpcStatusName } from '../../../load/grpc-status.ts';
import { BenchError, messageOf } from '../../../model/errors.ts';
import type { AnyModel } from '../../../model-file/described-model.ts';
import { readFirstInput } from '../../../model-file/model-inputs.ts';
import { ANSWER_TIMEOUT_MS } from './ask-server.ts';
import type { GivenServer } from './given-server.ts';

interface CallResult {
  /** gRPC status code; undefined if the answer is not gRPC. */
  readonly status: string | undefined;
  readonly details: string;
  readonly message: Buffer;
}

const decodePercent = (details: string): string => {
  try {
    return decodeURIComponent(details);
  } catch {
    return details;
  }
};

/** Makes one call on a new connection. */
const call = async (
  given: GivenServer,
  message: Uint8Array,
  signal: AbortSignal,
  limited: AbortSignal,
): Promise<CallResult> => {
  const session = connect(originOf(given), trusting(given.caFile));
  // The stream reports the same error.
  session.on('error', () => undefined);
  const stream = session.request(
    {
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: MODEL_INFER,
      [constants.HTTP2_HEADER_TE]: 'trailers',
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    },
    { signal: limited },
  );
  const headers: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  const addHeaders = (received: IncomingHttpHeaders): void => void Object.assign(headers, received);
  stream.on('response', addHeaders);
  stream.on('trailers', addHeaders);
  let failure = 'it ended without a gRPC status';
  try {
    stream.end(framed(Buffer.from(message)));
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch (error) {
    signal.throwIfAborted();
    failure = messageOf(limited.aborted ? limited.reason : error);
  } finally {
    session.destroy();
  }
  const { 'grpc-status': status, 'grpc-message': details } = headers;
  if (typeof status !== 'string') {
    return { status: undefined, details: failure, message: Buffer.alloc(0) };
  }
  return { status, details: decodePercent(String(details ?? '')), message: Buffer.concat(chunks) };
};

/**
 * The error of a server that does not know the model.
 *
 * @param remedy how to give another name, unless the description gives one
 */
export const noSuchModel = (
  { name, url, model: described }: GivenServer,
  model: string,
  details: string,
  remedy: string,
): BenchError =>
  new BenchError('BENCH_SERVER_MODEL', `${name} has no model "${model}" at ${url}: ${details}`, {
    hint: `give the name of the model on that server: ${described === undefined ? remedy : `correct servers.${name}.model`}`,
  });

/** Says what is wrong with an answer; undefined if it holds the outputs of the model. */
const problemOf = (message: Buffer, { outputs: wanted }: AnyModel): string | undefined => {
  try {
    const { outputs, raw_output_contents: raw = [] } = modelInferResponse.decode(
      message.subarray(PREFIX_BYTES),
    );
    const answered = outputs.map((output, index) => ({
      ...output,
      bytes: raw[index] ?? new Uint8Array(),
    }));
    return mismatchOf(answered, wanted);
  } catch (error) {
    return messageOf(error);
  }
};

/**
 * Sends the first input to a server over gRPC.
 *
 * @throws BenchError if it does not speak the protocol, has no such model, or does not answer with its outputs.
 */
export const assertGrpcAnswer = async (
  given: GivenServer,
  model: string,
  user: AnyModel,
  signal: AbortSignal,
): Promise<void> => {
  const { inputs, from } = await readFirstInput(user);
  const request = modelInferRequest.encode({
    model_name: model,
    inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    outputs: user.outputs.map(({ name }) => ({ name })),
    raw_input_contents: inputs.map(({ bytes }) => bytes),
  });
  const { status, details, message } = await withTimeLimit(ANSWER_TIMEOUT_MS, signal, (limited) =>
    call(given, request, signal, limited),
  );
  const { name, url } = given;
  if (status === undefined || status === '12') {
    throw new BenchError(
      'BENCH_SERVER_PROTOCOL',
      `${name} does not speak the Open Inference Protocol over gRPC at ${url}: ${details}`,
      { hint: 'give its gRPC port, or http://HOST:PORT to use REST' },
    );
  }
  if (status === '5') {
    // The address of a gRPC server has no path that could name the model.
    const remedy = `in the model’s description, servers: { ${name}: { url: '${url}', model: NAME } }`;
    throw noSuchModel(given, model, details, remedy);
  }
  if (status !== '0') {
    throw new BenchError(
      'BENCH_SERVER_REFUSED',
      `${name} at ${url} refuses the first input, ${from}: ${grpcStatusName(status)} ${details}`,
      { hint: 'give inputs that it accepts, or the address of a server of this model' },
    );
  }
  const problem = problemOf(message, user);
  if (problem === undefined) return;
  throw new BenchError(
    'BENCH_SERVER_ANSWER',
    `${name} at ${url} does not answer with the outputs of the model "${user.name}": ${problem}`,
    { hint: 'give the address of a server of this model' },
  );
};
