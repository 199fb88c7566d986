import { GRPC_STATUS, type GrpcAnswer, type GrpcWire } from '../grpc-wire.ts';
import { UnreadableMessage, type MessageType } from '../protobuf-messages.ts';
import { bytesOf, type WireFailure, type WireInput } from '../wire.ts';
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
import type { ServedModel } from './served-model.ts';

export interface ModelAsked {
  readonly name: string;
  /** Empty where any will do. */
  readonly version: string;
}

/** What every platform that speaks the protocol does in its own way. */
export interface GrpcService {
  /**
   * For bytes that are no message.
   * @param type - The message that they should be.
   */
  readonly unparsed: (type: string) => GrpcAnswer;
  /** For a request that no model answers, whatever its tensors are; undefined where one does. */
  readonly refuse: (asked: ModelAsked, ready: boolean) => GrpcAnswer | undefined;
  readonly modelReady: (asked: ModelAsked, ready: boolean) => GrpcAnswer;
  /** @throws WireRefusal where the tensors are not what the model takes. */
  readonly read: (request: ModelInferRequest) => WireInput;
  readonly respond: (values: Float32Array, to: AnsweredRequest) => ModelInferResponse;
  readonly fail: (failure: WireFailure) => GrpcAnswer;
}

/** What of a request the answer depends on. */
export interface AnsweredRequest {
  readonly id: string;
  /** Whether its tensors are raw bytes, not numbers in the message. */
  readonly isRaw: boolean;
}

/** Whether the server, or a model, is ready. */
export const readiness = (ready: boolean): GrpcAnswer => ({
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

const answered = (answer: GrpcAnswer) => ({ kind: 'answer', answer }) as const;

/** The protocol over gRPC, in a platform's own words. */
export const createGrpcService = (service: GrpcService): GrpcWire => ({
  [SERVER_READY]: (_, ready) => answered(readiness(ready)),

  [MODEL_READY]: (message, ready) => {
    const asked = readable(modelReadyRequest, message);
    if (asked === undefined) return answered(service.unparsed('ModelReadyRequest'));
    return answered(service.modelReady({ name: asked.name, version: asked.version ?? '' }, ready));
  },

  [MODEL_INFER]: (message, ready) => {
    const request = readable(modelInferRequest, message);
    if (request === undefined) return answered(service.unparsed('ModelInferRequest'));
    const { model_name: name, model_version: version = '', id = '' } = request;
    const refusal = service.refuse({ name, version }, ready);
    if (refusal !== undefined) return answered(refusal);
    const isRaw = (request.raw_input_contents ?? []).length > 0;
    return {
      kind: 'inference',
      protocol: 'grpc',
      form: () => `${isRaw ? 'raw' : 'typed'}:${id}`,
      read: () => service.read(request),
      render: (_form, values) => ({
        status: GRPC_STATUS.OK,
        message: modelInferResponse.encode(service.respond(values, { id, isRaw })),
      }),
      fail: service.fail,
    };
  },
});
