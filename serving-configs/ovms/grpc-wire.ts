import { GRPC_STATUS, type GrpcAnswer, type GrpcWire } from '../grpc-wire.ts';
import type { ServingManifest } from '../manifest.ts';
import {
  createGrpcService,
  rawResponse,
  readiness,
  typedResponse,
  type ModelAsked,
} from '../open-inference/grpc-service.ts';
import type { ModelInferRequest } from '../open-inference/messages.ts';
import { servedModel, type ServedModel } from '../open-inference/served-model.ts';
import { floatsOf, WireRefusal, type WireFailure, type WireInput } from '../wire.ts';
import { NO_MODEL, NO_VERSION, NOT_LOADED_YET, problemOf } from './validate.ts';

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED } = GRPC_STATUS;

const VERSION = '1';

const refuse = (details: string): never => {
  throw new WireRefusal<GrpcAnswer>({ status: INVALID_ARGUMENT, details });
};

const read = (request: ModelInferRequest, model: ServedModel): WireInput => {
  const { inputs, raw_input_contents: raw = [] } = request;
  const numbersOf = (at: number): readonly number[] => inputs[at]?.contents?.fp32_contents ?? [];
  if (raw.length > 0 && raw.length !== inputs.length) {
    return refuse('Passed request has a number of raw inputs that differs from its inputs');
  }
  const tensors = inputs.map(({ name, datatype, shape }, at) => {
    const bytes = raw[at]?.length;
    const content = bytes === undefined ? { values: numbersOf(at).length } : { bytes };
    return { name, datatype, shape, content };
  });
  const problem = problemOf(tensors, model);
  if (problem !== undefined) return refuse(problem);
  const [bytes] = raw;
  const values = bytes === undefined ? Float32Array.from(numbersOf(0)) : floatsOf(bytes);
  return { kind: 'tensor', values, shape: model.shape };
};

const failureAnswer = (failure: WireFailure): GrpcAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return { status: INVALID_ARGUMENT, details: failure.message };
    case 'overloaded':
      // Of the gRPC library below, when its threads are used up.
      return { status: RESOURCE_EXHAUSTED, details: 'No more threads' };
    case 'failed':
      return { status: INTERNAL, details: `Internal inference error - ${failure.message}` };
    default:
      return failure satisfies never;
  }
};

/** OpenVINO Model Server's gRPC API. Statuses and words are those of its source; nothing was recorded. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  const unknown = ({ name, version }: ModelAsked): GrpcAnswer | undefined => {
    if (name !== model.name) return { status: NOT_FOUND, details: NO_MODEL };
    if ((version || VERSION) !== VERSION) return { status: NOT_FOUND, details: NO_VERSION };
    return undefined;
  };
  return createGrpcService({
    unparsed: () => ({ status: INTERNAL, details: 'Unable to parse request' }),
    modelReady: (asked, ready) => unknown(asked) ?? readiness(ready),
    refuse: (asked, ready) =>
      unknown(asked) ?? (ready ? undefined : { status: NOT_FOUND, details: NOT_LOADED_YET }),
    read: (request) => read(request, model),
    respond: (values, { id, isRaw }) =>
      (isRaw ? rawResponse : typedResponse)(model, VERSION, id, values),
    fail: failureAnswer,
  });
};

export default createGrpcWire;
