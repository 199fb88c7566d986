import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { mismatchOf } from '../../../../serving-configs/models/tensors/mismatch.ts';
import {
  MODEL_INFER,
  modelInferRequest,
  modelInferResponse,
} from '../../../../serving-configs/protocols/open-inference/messages.ts';
import { originOf } from '../../../../serving-configs/running-server.ts';
import { framed, PREFIX_BYTES } from '../../load/load-target.ts';
import { grpcStatusName } from '../../load/grpc-status.ts';
import { BenchError, messageOf } from '../../model/errors.ts';
import type { UserModel } from '../../user-model/user-model.ts';
import { readFirstInput } from '../../user-model/write-requests.ts';
import { ANSWER_MS } from './ask-server.ts';
import type { GivenServer } from './given-server.ts';

/** How a call ended. */
interface Ended {
  /** Of gRPC; undefined where the answer is none. */
  readonly status: string | undefined;
  readonly details: string;
  readonly message: Buffer;
}

const decoded = (details: string): string => {
  try {
    return decodeURIComponent(details);
  } catch {
    return details;
  }
};

/** Calls once, on a connection of its own. */
const call = async (origin: string, message: Uint8Array, signal: AbortSignal): Promise<Ended> => {
  const session = connect(origin);
  // The call hears of it too.
  session.on('error', () => undefined);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const stream = session.request(
    {
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: MODEL_INFER,
      [constants.HTTP2_HEADER_TE]: 'trailers',
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    },
    { signal: limit },
  );
  const [heads, chunks] = [{} as IncomingHttpHeaders, new Array<Buffer>()];
  const keep = (some: IncomingHttpHeaders): void => void Object.assign(heads, some);
  stream.on('response', keep);
  stream.on('trailers', keep);
  let broken = 'it ended without a status of gRPC';
  try {
    stream.end(framed(Buffer.from(message)));
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch (error) {
    signal.throwIfAborted();
    broken = messageOf(limit.aborted ? limit.reason : error);
  } finally {
    session.destroy();
  }
  const { 'grpc-status': status, 'grpc-message': details } = heads;
  if (typeof status !== 'string') {
    return { status: undefined, details: broken, message: Buffer.alloc(0) };
  }
  return { status, details: decoded(String(details ?? '')), message: Buffer.concat(chunks) };
};

/** The error of a server that serves other models. */
export const noSuchModel = (
  { name, url }: GivenServer,
  model: string,
  details: string,
): BenchError =>
  new BenchError('BENCH_TARGET', `${name} has no model "${model}" at ${url}: ${details}`, {
    hint: `say what it calls the model: servers: { ${name}: { url: '${url}', model: NAME } }`,
  });

/** What is wrong with an answer; undefined where it has the outputs. */
const problemOf = (message: Buffer, { outputs: wanted }: UserModel): string | undefined => {
  try {
    const { outputs, raw_output_contents: raw = [] } = modelInferResponse.decode(
      message.subarray(PREFIX_BYTES),
    );
    const given = outputs.map((one, at) => ({ ...one, bytes: raw[at] ?? new Uint8Array() }));
    return mismatchOf(given, wanted);
  } catch (error) {
    return messageOf(error);
  }
};

/**
 * Asks a server once over gRPC for an answer to the first input.
 *
 * @throws BenchError where it does not speak the protocol, has no such model, or does not answer its outputs.
 */
export const assertGrpcAnswer = async (
  given: GivenServer,
  model: string,
  user: UserModel,
  signal: AbortSignal,
): Promise<void> => {
  const { inputs, from } = await readFirstInput(user);
  const request = modelInferRequest.encode({
    model_name: model,
    inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    outputs: user.outputs.map(({ name }) => ({ name })),
    raw_input_contents: inputs.map(({ bytes }) => bytes),
  });
  const { status, details, message } = await call(originOf(given), request, signal);
  const { name, url } = given;
  if (status === undefined || status === '12') {
    throw new BenchError(
      'BENCH_TARGET',
      `${name} does not speak the Open Inference Protocol over gRPC at ${url}: ${details}`,
      { hint: 'give its port for gRPC, or http://HOST:PORT where it is asked over REST' },
    );
  }
  if (status === '5') throw noSuchModel(given, model, details);
  if (status !== '0') {
    throw new BenchError(
      'BENCH_TARGET',
      `${name} at ${url} refuses the first input, ${from}: ${grpcStatusName(status)} ${details}`,
      { hint: 'give inputs that it takes, or the address of a server of this model' },
    );
  }
  const problem = problemOf(message, user);
  if (problem === undefined) return;
  throw new BenchError(
    'BENCH_TARGET',
    `${name} at ${url} does not answer with the outputs of ${user.name}: ${problem}`,
    { hint: 'give the address of a server of this model' },
  );
};
