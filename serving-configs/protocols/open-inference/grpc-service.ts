import {
  GRPC_STATUS,
  grpcFailure,
  type GrpcAnswer,
  type GrpcStatus,
  type GrpcWire,
} from '../grpc-wire.ts';
import { readableOr } from '../protobuf-messages.ts';
import { bytesOf, failWith, MALFORMED, WireRefusal, type WireInput } from '../wire.ts';
import {
  MODEL_INFER,
  modelInferRequest,
  modelInferResponse,
  type ModelInferRequest,
  type ModelInferResponse,
} from './messages.ts';
import {
  isInputOf,
  notReady,
  readRaw,
  unknownModel,
  type Malformed,
  type Refuse,
  type ServedModel,
} from './served-model.ts';

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

const responseOf = (
  { name, output }: ServedModel,
  version: string,
  id: string,
  values: Float32Array,
) => ({
  model_name: name,
  model_version: version,
  id,
  output: { name: output, datatype: 'FP32', shape: [1, values.length] },
});

/** The answer with the values as bytes beside the description. */
export const rawResponse = (...given: Parameters<typeof responseOf>): ModelInferResponse => {
  const { output, ...head } = responseOf(...given);
  return { ...head, outputs: [output], raw_output_contents: [bytesOf(given[3])] };
};

/** The answer with the values as numbers in the description. */
export const typedResponse = (...given: Parameters<typeof responseOf>): ModelInferResponse => {
  const { output, ...head } = responseOf(...given);
  const contents = { fp32_contents: Array.from(given[3]) };
  return { ...head, outputs: [{ ...output, contents }] };
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

const unknown = (name: string) => grpcFailure(GRPC_STATUS.NOT_FOUND, unknownModel(name));

/** The protocol over gRPC, with a platform's own statuses: inference alone, since nobody here asks for more. */
export const createGrpcService = ({ model, version, statuses, respond }: GrpcService): GrpcWire => {
  const isServed = (name: string, asked = ''): boolean =>
    name === model.name && (asked === '' || version === '' || asked === version);
  const refuse: Refuse = (what) => {
    throw new WireRefusal<GrpcAnswer>({ status: statuses[what], details: MALFORMED });
  };

  return {
    [MODEL_INFER]: (message, ready) => {
      const request = readableOr(modelInferRequest, message);
      if (request === undefined) return grpcFailure(statuses.unreadable, MALFORMED);
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
        fail: failWith<GrpcAnswer>({
          badImage: (details) => ({ status: GRPC_STATUS.INVALID_ARGUMENT, details }),
          overloaded: () => ({ status: statuses.overloaded, details: 'too many requests' }),
          failed: (details) => ({ status: GRPC_STATUS.INTERNAL, details }),
        }),
      };
    },
  };
};
