import {
  GRPC_STATUS,
  type GrpcAnswer,
  type GrpcWire,
} from '../../../serving-configs/protocols/grpc-wire.ts';
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
} from '../../../serving-configs/protocols/open-inference/messages.ts';
import { WireRefusal, type WireInput } from '../../../serving-configs/protocols/wire.ts';

export const SHAPE = [1, 3, 224, 224];
const LENGTH = 3 * 224 * 224;
/** A tensor of the shape above, each value its own. */
export const VALUES = Float32Array.from({ length: LENGTH }, (_, index) =>
  Math.fround(index / 1000),
);
export const BYTES = new Uint8Array(VALUES.buffer);

/** The JSON of a request whose values lie behind it; `changes` alters its one input. */
export const requestJson = (changes: Record<string, unknown> = {}, rest: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      inputs: [
        {
          name: 'input',
          shape: SHAPE,
          datatype: 'FP32',
          parameters: { binary_data_size: BYTES.length },
          ...changes,
        },
      ],
      ...rest,
    }),
  );

/** The JSON of a request with its values as numbers. */
export const requestNumbers = (changes: Record<string, unknown> = {}, rest: object = {}): Buffer =>
  requestJson({ parameters: {}, data: Array.from(VALUES), ...changes }, rest);

/** A message of a request with its values as bytes. */
export const inferMessage = (changes: Partial<ModelInferRequest> = {}): Uint8Array =>
  modelInferRequest.encode({
    model_name: 'resnet-50',
    inputs: [{ name: 'input', datatype: 'FP32', shape: SHAPE }],
    raw_input_contents: [BYTES],
    ...changes,
  });

/** One input, altered. */
export const changedInput = (
  changes: Partial<ModelInferRequest['inputs'][number]>,
): Partial<ModelInferRequest> => ({
  inputs: [{ name: 'input', datatype: 'FP32', shape: SHAPE, ...changes }],
});

/** The same tensor as numbers in the message. */
export const typedInput = (values = VALUES): Partial<ModelInferRequest> => ({
  ...changedInput({ contents: { fp32_contents: Array.from(values) } }),
  raw_input_contents: [],
});

const call = (wire: GrpcWire, path: string, message: Uint8Array, ready: boolean) => {
  const method = wire[path];
  if (method === undefined) throw new Error(`no method ${path}`);
  return method(message, ready);
};

/** What a call of `ModelInfer` gives the model, or the answer with which it is refused. */
export const taken = (
  wire: GrpcWire,
  changes: Partial<ModelInferRequest> | Uint8Array = {},
  ready = true,
): WireInput | GrpcAnswer => {
  const message = changes instanceof Uint8Array ? changes : inferMessage(changes);
  const route = call(wire, MODEL_INFER, message, ready);
  if (route.kind === 'answer') return route.answer;
  try {
    return route.read(message);
  } catch (error) {
    if (error instanceof WireRefusal) return error.answer as GrpcAnswer;
    throw error;
  }
};

/** The answer of `ModelInfer` for the values that a model has computed. */
export const answered = (
  wire: GrpcWire,
  changes: Partial<ModelInferRequest>,
  values: Float32Array,
): ModelInferResponse => {
  const message = inferMessage(changes);
  const route = call(wire, MODEL_INFER, message, true);
  if (route.kind === 'answer') throw new Error(`answered ${route.answer.status}`);
  const answer = route.render(route.form(message), values);
  if (answer.status !== GRPC_STATUS.OK) throw new Error(answer.details);
  return modelInferResponse.decode(answer.message);
};

/** How `ModelInfer` ends for a failure of the computation. */
export const failed = (
  wire: GrpcWire,
  failure: Parameters<Extract<ReturnType<typeof call>, { kind: 'inference' }>['fail']>[0],
): GrpcAnswer => {
  const route = call(wire, MODEL_INFER, inferMessage(), true);
  if (route.kind === 'answer') throw new Error(`answered ${route.answer.status}`);
  return route.fail(failure);
};

const readinessIn = (route: ReturnType<typeof call>): boolean | GrpcAnswer => {
  if (route.kind !== 'answer') throw new Error('wants to infer');
  const { answer } = route;
  return answer.status === GRPC_STATUS.OK ? readyResponse.decode(answer.message).ready : answer;
};

/** What `ModelReady` says, or the answer with which it is refused. */
export const modelReady = (
  wire: GrpcWire,
  name: string,
  { version = '', ready = true }: { readonly version?: string; readonly ready?: boolean } = {},
): boolean | GrpcAnswer =>
  readinessIn(call(wire, MODEL_READY, modelReadyRequest.encode({ name, version }), ready));

/** What `ServerReady` says. */
export const serverReady = (wire: GrpcWire, ready: boolean): boolean | GrpcAnswer =>
  readinessIn(call(wire, SERVER_READY, new Uint8Array(), ready));

/** No message of protocol buffers. */
export const GARBAGE = Uint8Array.from([0xff, 0xff, 0xff]);
