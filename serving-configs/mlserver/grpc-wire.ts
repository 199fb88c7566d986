import { GRPC_STATUS, type GrpcAnswer, type GrpcStatus, type GrpcWire } from '../grpc-wire.ts';
import type { ServingManifest } from '../manifest.ts';
import { ELEMENT_BYTES } from '../open-inference/data-types.ts';
import {
  createGrpcService,
  rawResponse,
  readiness,
  typedResponse,
  type ModelAsked,
} from '../open-inference/grpc-service.ts';
import type { ModelInferRequest, Tensor } from '../open-inference/messages.ts';
import { cannotReshape, inputOf, undecodable } from '../open-inference/python-model.ts';
import { servedModel, type ServedModel } from '../open-inference/served-model.ts';
import { floatsOf, sizeOfShape, WireRefusal, type WireFailure, type WireInput } from '../wire.ts';
import { notReady, unknownModel, VERSION } from './words.ts';

const { INTERNAL, INVALID_ARGUMENT, NOT_FOUND, UNAVAILABLE, UNKNOWN } = GRPC_STATUS;

const refuse = (status: Exclude<GrpcStatus, 0>, details: string): never => {
  throw new WireRefusal<GrpcAnswer>({ status, details });
};

/** Raw bytes are unpacked for every input that has no numbers, in their order, before the model sees any of them. */
const unpack = (
  bytes: Uint8Array,
  { datatype, shape }: Pick<Tensor, 'datatype' | 'shape'>,
): Float32Array => {
  const elementBytes = ELEMENT_BYTES.get(datatype);
  if (elementBytes === undefined) {
    return refuse(INTERNAL, `'${datatype}' is not a valid Datatype`);
  }
  const size = elementBytes * sizeOfShape(shape);
  if (bytes.length !== size) {
    return refuse(INTERNAL, `unpack requires a buffer of ${size} bytes`);
  }
  // Of another type the model takes none.
  return datatype === 'FP32' ? floatsOf(bytes) : new Float32Array();
};

const read = (request: ModelInferRequest, model: ServedModel): WireInput => {
  const { inputs, raw_input_contents: raw = [] } = request;
  let next = 0;
  const tensors = inputs.map(({ contents, ...described }) => {
    const numbers = contents?.fp32_contents ?? [];
    const bytes = raw[next];
    if (numbers.length > 0 || raw.length === 0) {
      return { ...described, values: Float32Array.from(numbers) };
    }
    if (bytes === undefined) return refuse(INTERNAL, 'list index out of range');
    next++;
    return { ...described, values: unpack(bytes, described) };
  });
  const input = inputOf(tensors, model);
  if (typeof input === 'string') return refuse(INVALID_ARGUMENT, input);
  const { values } = input;
  if (values.length !== sizeOfShape(model.shape)) {
    return refuse(INTERNAL, cannotReshape(values.length, model.shape));
  }
  return { kind: 'tensor', values, shape: model.shape };
};

const failureAnswer = (failure: WireFailure): GrpcAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return { status: INVALID_ARGUMENT, details: failure.message };
    case 'overloaded':
      // It queues without a limit; this is what a proxy in front of it says.
      return { status: UNAVAILABLE, details: 'Service Unavailable' };
    case 'failed':
      return { status: INTERNAL, details: failure.message };
    default:
      return failure satisfies never;
  }
};

/** MLServer's gRPC API. Statuses are those recorded from release 1.7.1. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  const isServed = ({ name, version }: ModelAsked): boolean =>
    name === model.name && (version || VERSION) === VERSION;
  return createGrpcService({
    unparsed: undecodable,
    modelReady: (asked, ready) => {
      if (isServed(asked)) return readiness(ready);
      // Nobody handles this method's exceptions.
      const words = unknownModel(asked.name, asked.version);
      const details = `Unexpected <class 'mlserver.errors.ModelNotFound'>: ${words}`;
      return { status: UNKNOWN, details };
    },
    refuse: (asked, ready) => {
      const { name, version } = asked;
      if (!isServed(asked)) return { status: NOT_FOUND, details: unknownModel(name, version) };
      return ready ? undefined : { status: INVALID_ARGUMENT, details: notReady(name, version) };
    },
    read: (request) => read(request, model),
    respond: (values, { id, isRaw }) => {
      if (!isRaw) return typedResponse(model, VERSION, id, values);
      const response = rawResponse(model, VERSION, id, values);
      // The description of an output has its message of numbers also where that is empty.
      const outputs = response.outputs.map((output) => ({ ...output, contents: {} }));
      return { ...response, outputs };
    },
    fail: failureAnswer,
  });
};

export default createGrpcWire;
