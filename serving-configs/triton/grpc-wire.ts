import {
  GRPC_STATUS,
  grpcFailure,
  grpcSuccess,
  type GrpcAnswer,
  type GrpcInference,
  type GrpcWire,
} from '../grpc-wire.ts';
import type { ServingManifest } from '../manifest.ts';
import {
  MODEL_INFER,
  MODEL_READY,
  modelInferRequest,
  modelInferResponse,
  modelReadyRequest,
  readyResponse,
  SERVER_READY,
  type ModelInferRequest,
} from '../open-inference/messages.ts';
import { UnreadableMessage, type MessageType } from '../protobuf-messages.ts';
import {
  bytesOf,
  floatsOf,
  sizeOfShape,
  WireRefusal,
  type WireFailure,
  type WireInput,
} from '../wire.ts';
import { servedModel, type ServedModel } from './served-model.ts';

const VERSION = '1';

const refuse = (details: string): never => {
  throw new WireRefusal<GrpcAnswer>({ status: GRPC_STATUS.INVALID_ARGUMENT, details });
};

/** The values of the one input, raw or as numbers; names, type, shape and size checked in the order of the server. */
const read = (request: ModelInferRequest, model: ServedModel): WireInput => {
  const prefix = `[request id: ${request.id || '<id_unknown>'}] `;
  const { inputs, outputs = [], raw_input_contents: raw = [] } = request;
  const stranger = inputs.find(({ name }) => name !== model.input);
  if (stranger !== undefined) {
    return refuse(
      `${prefix}unexpected inference input '${stranger.name}' for model '${model.name}'`,
    );
  }
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    return refuse(
      `${prefix}expected 1 inputs but got ${inputs.length} inputs for model '${model.name}'. Got input(s) ` +
        `[], but missing required input(s) ['${model.input}']. Please provide all required input(s).`,
    );
  }
  const numbers = input.contents?.fp32_contents ?? [];
  const [bytes] = raw;
  if (bytes !== undefined && numbers.length > 0) {
    return refuse(
      `contents field must not be specified when using raw_input_contents for '${model.input}' for model '${model.name}'`,
    );
  }
  if (input.datatype !== 'FP32') {
    return refuse(
      `${prefix}inference input '${model.input}' data-type is '${input.datatype}', but model '${model.name}' expects 'FP32'`,
    );
  }
  if (input.shape.join() !== model.shape.join()) {
    return refuse(
      `${prefix}unexpected shape for input '${model.input}' for model '${model.name}'. ` +
        `Expected [${model.shape.join()}], got [${input.shape.join()}]. `,
    );
  }
  const wrongOutput = outputs.find(({ name }) => name !== model.output);
  if (wrongOutput !== undefined) {
    return refuse(
      `${prefix}unexpected inference output '${wrongOutput.name}' for model '${model.name}'`,
    );
  }
  const expected = 4 * sizeOfShape(model.shape);
  const size = bytes?.length ?? 4 * numbers.length;
  if (size !== expected) {
    return refuse(
      `${prefix}input byte size mismatch for input '${model.input}' for model '${model.name}'. ` +
        `Expected ${expected}, got ${size}`,
    );
  }
  const values = bytes === undefined ? Float32Array.from(numbers) : floatsOf(bytes);
  return { kind: 'tensor', values, shape: model.shape };
};

const failureAnswer = (failure: WireFailure): GrpcAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return { status: GRPC_STATUS.INVALID_ARGUMENT, details: failure.message };
    case 'overloaded':
      return { status: GRPC_STATUS.UNAVAILABLE, details: 'Exceeds maximum queue size' };
    case 'failed':
      return { status: GRPC_STATUS.INTERNAL, details: failure.message };
    default:
      return failure satisfies never;
  }
};

const inferenceOf = (request: ModelInferRequest, model: ServedModel): GrpcInference => ({
  kind: 'inference',
  protocol: 'grpc',
  form: () => request.id ?? '',
  read: () => read(request, model),
  render: (id, values) => ({
    status: GRPC_STATUS.OK,
    message: modelInferResponse.encode({
      model_name: model.name,
      model_version: VERSION,
      id,
      outputs: [{ name: model.output, datatype: 'FP32', shape: [1, values.length] }],
      // Also where the request had its values as numbers.
      raw_output_contents: [bytesOf(values)],
    }),
  }),
  fail: failureAnswer,
});

const readable = <Message extends object>(
  type: MessageType<Message>,
  bytes: Uint8Array,
): Message | undefined => {
  try {
    return type.decode(bytes);
  } catch (error) {
    if (error instanceof UnreadableMessage) return undefined;
    throw error;
  }
};

const unparsed = () => grpcFailure(GRPC_STATUS.INTERNAL, 'Unable to parse request');

const readiness = (ready: boolean) => grpcSuccess(readyResponse.encode({ ready }));

/** Triton's gRPC API. Statuses and words are those recorded from server 2.51.0. */
const createGrpcWire = (manifest: ServingManifest): GrpcWire => {
  const model = servedModel(manifest);
  return {
    [SERVER_READY]: (_, ready) => readiness(ready),
    [MODEL_READY]: (message, ready) => {
      const asked = readable(modelReadyRequest, message);
      if (asked === undefined) return unparsed();
      const isServed = asked.name === model.name && (asked.version || VERSION) === VERSION;
      return readiness(ready && isServed);
    },
    [MODEL_INFER]: (message, ready) => {
      const request = readable(modelInferRequest, message);
      if (request === undefined) return unparsed();
      const { model_name: name, model_version: version = '' } = request;
      if (name !== model.name || (version || VERSION) !== VERSION) {
        const what = name === model.name ? `'${name}' version ${version}` : `'${name}'`;
        return grpcFailure(
          GRPC_STATUS.NOT_FOUND,
          `Request for unknown model: ${what} is not found`,
        );
      }
      if (!ready) {
        return grpcFailure(
          GRPC_STATUS.UNAVAILABLE,
          `Request for unknown model: '${name}' has no available versions`,
        );
      }
      return inferenceOf(request, model);
    },
  };
};

export default createGrpcWire;
