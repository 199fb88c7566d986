import {
  GRPC_STATUS,
  grpcFailure,
  type GrpcAnswer,
  type GrpcStatus,
  type GrpcWire,
} from '../grpc-wire.ts';
import { UnreadableMessage, type MessageType } from '../protobuf-messages.ts';
import { bytesOf, MALFORMED, WireRefusal, type WireFailure, type WireInput } from '../wire.ts';
import { readRaw, type Malformed, type Refuse } from './infer-request.ts';
import {
  MODEL_INFER,
  MODEL_READY,
  modelInferRequest,
  modelInferResponse,
  modelReadyRequest,
  readyResponse,
  SERVER_READY,
  type ModelInferRequest,
  type ModelInferResponse,
} from './messages.ts';
import { isInputOf, notReady, unknownModel, type ServedModel } from './served-model.ts';

type Failure = Exclude<GrpcStatus, 0>;

/** What every platform that speaks the protocol does in its own way. */
export interface GrpcService {
  readonly model: ServedModel;
  /** The one that it serves; empty where it reads none. */
  readonly version: string;
  readonly statuses: Readonly<Record<Malformed | 'notReady' | 'overloaded', Failure>>;
  readonly respond: (values: Float32Array, to: AnsweredRequest) => ModelInferResponse;
}

/** What of a request the answer depends on. */
export interface AnsweredRequest {
  readonly id: string;
  /** Whether its tensors are raw bytes, not numbers in the message. */
  readonly isRaw: boolean;
}

/** Whether the server, or a model, is ready. */
const readiness = (ready: boolean): GrpcAnswer => ({
  status: GRPC_STATUS.OK,
  message: readyResponse.encode({ ready }),
});

/** The answer with the values as bytes beside the description. */
export const rawResponse = (
  model: ServedModel,
  version: string,
  id: string,
  values: Float32Array,
): ModelInferResponse => ({
  model_name: model.name,
  model_version: version,
  id,
  outputs: [{ name: model.output, datatype: 'FP32', shape: [1, values.length] }],
  raw_output_contents: [bytesOf(values)],
});

/** The answer with the values as numbers in the description. */
export const typedResponse = (
  model: ServedModel,
  version: string,
  id: string,
  values: Float32Array,
): ModelInferResponse => ({
  model_name: model.name,
  model_version: version,
  id,
  outputs: [
    {
      name: model.output,
      datatype: 'FP32',
      shape: [1, values.length],
      contents: { fp32_contents: Array.from(values) },
    },
  ],
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

/** The values of the one input of a request, raw or as numbers. */
const read = (
  { inputs, raw_input_contents: raw = [] }: ModelInferRequest,
  model: ServedModel,
  refuse: Refuse,
): WireInput => {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0 || !isInputOf(model, input)) return refuse('tensor');
  const [bytes = bytesOf(Float32Array.from(input.contents?.fp32_contents ?? []))] = raw;
  return readRaw(bytes, model, refuse);
};

const answered = (answer: GrpcAnswer) => ({ kind: 'answer', answer }) as const;

const unknown = (name: string) => grpcFailure(GRPC_STATUS.NOT_FOUND, unknownModel(name));

const failureAnswer = (overloaded: Failure, failure: WireFailure): GrpcAnswer => {
  switch (failure.kind) {
    case 'bad-image':
      return { status: GRPC_STATUS.INVALID_ARGUMENT, details: failure.message };
    case 'overloaded':
      return { status: overloaded, details: 'too many requests' };
    case 'failed':
      return { status: GRPC_STATUS.INTERNAL, details: failure.message };
    default:
      return failure satisfies never;
  }
};

/** The protocol over gRPC, with a platform's own statuses. */
export const createGrpcService = ({ model, version, statuses, respond }: GrpcService): GrpcWire => {
  const isServed = (name: string, asked = ''): boolean =>
    name === model.name && (asked === '' || version === '' || asked === version);
  const unreadable = grpcFailure(statuses.unreadable, MALFORMED);
  const refuse: Refuse = (what) => {
    throw new WireRefusal<GrpcAnswer>({ status: statuses[what], details: MALFORMED });
  };

  return {
    [SERVER_READY]: (_, ready) => answered(readiness(ready)),

    [MODEL_READY]: (message, ready) => {
      const asked = readable(modelReadyRequest, message);
      if (asked === undefined) return unreadable;
      return isServed(asked.name, asked.version) ? answered(readiness(ready)) : unknown(asked.name);
    },

    [MODEL_INFER]: (message, ready) => {
      const request = readable(modelInferRequest, message);
      if (request === undefined) return unreadable;
      const { model_name: name, id = '' } = request;
      if (!isServed(name, request.model_version)) return unknown(name);
      if (!ready) return grpcFailure(statuses.notReady, notReady(name));
      const isRaw = (request.raw_input_contents ?? []).length > 0;
      return {
        kind: 'inference',
        protocol: 'grpc',
        form: () => `${isRaw ? 'raw' : 'typed'}:${id}`,
        read: () => read(request, model, refuse),
        render: (_form, values) => ({
          status: GRPC_STATUS.OK,
          message: modelInferResponse.encode(respond(values, { id, isRaw })),
        }),
        fail: (failure) => failureAnswer(statuses.overloaded, failure),
      };
    },
  };
};
