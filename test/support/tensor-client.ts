import { servingFactsOf, servingNames, type ServingName } from '../../serving-configs/index.ts';
import type { Encoding, Protocol, ServingUrls } from '../../serving-configs/manifest.ts';
import {
  bytesOfList,
  HEADER_LENGTH,
  jsonValuesOf,
  readTensors,
  writeTensors,
  type NamedTensor,
  type TensorEncoding,
} from '../../serving-configs/models/tensors/tensor-body.ts';
import {
  isDatatype,
  type Datatype,
  type TensorsOfModel,
} from '../../serving-configs/models/tensors/tensor-spec.ts';
import { withTimeLimit } from '../../serving-configs/time-limit.ts';
import { NDLIST, tensorsFromNdList } from '../../serving-configs/platforms/djl/messages.ts';
import { grpcClientOf, sendGrpc } from './grpc-client.ts';
import { ndListOf } from './nd-list.ts';
import { officialInferRequest, officialInferResponse } from './official-messages/open-inference.ts';
import {
  officialPredictRequest,
  officialPredictResponse,
  type OfficialTensorProto,
} from './official-messages/tfserving.ts';
import {
  officialPredictionsRequest,
  officialPredictionResponse,
} from './official-messages/torchserve.ts';

/** A serving, and how named tensors are sent to it. */
export interface TensorWay {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly encoding: Encoding;
}

/** A model as clients know it. */
export type KnownModel = TensorsOfModel & { readonly name: string };

export const servingsWithTensors = servingNames.filter(
  (name) => servingFactsOf(name).rest.tensors !== undefined,
);

export const tensorWaysOf = (serving: ServingName): readonly TensorWay[] =>
  (['rest', 'grpc'] as const).flatMap((protocol) =>
    (servingFactsOf(serving)[protocol]?.tensors ?? []).map((encoding) => ({
      serving,
      protocol,
      encoding,
    })),
  );

/** Whether it has TensorFlow's protocol, in which tensors are columns. */
export const hasColumns = (serving: ServingName): boolean => serving === 'tfserving';
/** Whether it has the format of DJL's library. */
const hasNdLists = (serving: ServingName): boolean => serving === 'djl';
/** Whether it has the Open Inference Protocol. */
export const isOpenInference = (serving: ServingName): boolean =>
  servingFactsOf(serving).model.tensors !== undefined && !hasNdLists(serving);

/** As long as the deadline of gRPC calls. A server that is broken by a request may never answer it. */
const LIMIT_MS = 30_000;
const NO_ANSWER = 0;

/** The answer of a serving. */
export interface TensorReply {
  /** HTTP status, or 0 if no answer came. Over gRPC, 200 for success, otherwise the gRPC code. */
  readonly status: number;
  /** Present for errors. */
  readonly reason?: string;
  readonly outputs: readonly NamedTensor[];
  readonly encoding?: Encoding;
}

const renamed = (
  tensors: readonly NamedTensor[],
  nameOf: (name: string) => string | undefined,
): readonly NamedTensor[] =>
  tensors.map((tensor) => ({ ...tensor, name: nameOf(tensor.name) ?? tensor.name }));

/** Triton's PyTorch backend numbers its tensors instead of naming them: the first input is INPUT__0. */
const nameInputs = (
  serving: ServingName,
  tensors: readonly NamedTensor[],
  { inputs }: KnownModel,
) =>
  renamed(tensors, (name) => {
    const index = inputs.findIndex((input) => input.name === name);
    return serving === 'triton_pytorch' && index >= 0 ? `INPUT__${index}` : undefined;
  });

const nameOutputs = (
  serving: ServingName,
  tensors: readonly NamedTensor[],
  { outputs }: KnownModel,
) =>
  renamed(tensors, (name) =>
    serving === 'triton_pytorch' ? outputs[Number(/^OUTPUT__(\d)$/.exec(name)?.[1])]?.name : name,
  );

const pathOf = (serving: ServingName, model: string): string => {
  if (hasColumns(serving)) return `/v1/models/${model}:predict`;
  if (isOpenInference(serving)) return `/v2/models/${model}/infer`;
  if (serving === 'torchserve' || serving === 'mms' || hasNdLists(serving)) {
    return `/predictions/${model}`;
  }
  return serving === 'bentoml' ? '/predict_tensor' : '/predict';
};

/** Arranges values as nested lists. */
const nested = (values: readonly unknown[], [size = 1, ...rest]: readonly number[]): unknown => {
  if (rest.length === 0) return values;
  const step = values.length / size;
  return Array.from({ length: size }, (_, at) =>
    nested(values.slice(at * step, (at + 1) * step), rest),
  );
};

const shapeOf = (value: unknown): readonly number[] =>
  Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];

const columnsOf = (tensors: readonly NamedTensor[]): Buffer => {
  const columns = tensors.map(
    (tensor) => [tensor.name, nested(jsonValuesOf(tensor), tensor.shape)] as const,
  );
  return Buffer.from(JSON.stringify({ inputs: Object.fromEntries(columns) }));
};

/** Reads columns. A single output has no name. */
const readColumns = (body: Buffer, { outputs }: KnownModel): readonly NamedTensor[] => {
  const { outputs: columns } = JSON.parse(body.toString()) as {
    readonly outputs: Readonly<Record<string, unknown>>;
  };
  return outputs.map(({ name, datatype }) => {
    const value = outputs.length === 1 ? columns : columns[name];
    const bytes = bytesOfList([value].flat(Infinity), datatype, name);
    return { name, datatype, shape: shapeOf(value), bytes };
  });
};

interface RestRequest {
  readonly body: readonly Uint8Array[];
  readonly headers: Record<string, string>;
}

const restRequestOf = (
  { serving, encoding }: TensorWay,
  tensors: readonly NamedTensor[],
): RestRequest => {
  if (hasNdLists(serving))
    return { body: [ndListOf(tensors)], headers: { 'content-type': NDLIST } };
  const head =
    isOpenInference(serving) && encoding === 'binary'
      ? { parameters: { binary_data_output: true } }
      : {};
  const { body, jsonLength } = hasColumns(serving)
    ? { body: [columnsOf(tensors)], jsonLength: undefined }
    : writeTensors(tensors, 'inputs', encoding as TensorEncoding, head);
  const headers: Record<string, string> =
    jsonLength === undefined
      ? { 'content-type': 'application/json' }
      : { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(jsonLength) };
  return { body, headers };
};

const sendRest = async (
  url: string,
  way: TensorWay,
  tensors: readonly NamedTensor[],
  model: KnownModel,
): Promise<TensorReply> => {
  const { serving } = way;
  const { body, headers } = restRequestOf(way, tensors);
  const [response, answer] = await withTimeLimit(LIMIT_MS, undefined, async (signal) => {
    const request = { method: 'POST', headers, body: Buffer.concat(body), signal };
    const answering = await fetch(url + pathOf(serving, model.name), request);
    return [answering, Buffer.from(await answering.arrayBuffer())] as const;
  }).catch((error: unknown) => [undefined, Buffer.from(String(error))] as const);
  if (response === undefined) return { status: NO_ANSWER, reason: String(answer), outputs: [] };
  const { status } = response;
  if (status !== 200) return { status, reason: String(answer), outputs: [] };
  if (hasColumns(serving)) return { status, outputs: readColumns(answer, model), encoding: 'json' };
  if (hasNdLists(serving)) return { status, outputs: tensorsFromNdList(answer), encoding: 'raw' };
  const length = response.headers.get(HEADER_LENGTH);
  const { encoding, tensors: outputs } = readTensors(
    answer,
    'outputs',
    length === null ? undefined : Number(length),
  );
  return { status, outputs, encoding };
};

/** Values of TensorFlow's enumeration `DataType`. */
const DATA_TYPES = { FP32: 1, INT32: 3, UINT8: 4, INT64: 9, BOOL: 10, FP16: 19 } as const;

const bytesIn = (proto: OfficialTensorProto, datatype: Datatype, name: string): Uint8Array => {
  const { half_val: halves = [], float_val, int_val, int64_val, bool_val } = proto;
  return datatype === 'FP16'
    ? new Uint8Array(Uint16Array.from(halves).buffer)
    : bytesOfList(float_val ?? int_val ?? int64_val ?? bool_val ?? [], datatype, name);
};

const requestOf = (serving: ServingName, tensors: readonly NamedTensor[], model: string) => {
  if (hasColumns(serving)) {
    const inputs = tensors.map(({ name, datatype, shape, bytes }) => [
      name,
      {
        dtype: DATA_TYPES[datatype],
        tensor_shape: { dim: shape.map((size) => ({ size })) },
        tensor_content: bytes,
      },
    ]);
    return {
      path: '/tensorflow.serving.PredictionService/Predict',
      message: officialPredictRequest.write({
        model_spec: { name: model },
        inputs: Object.fromEntries(inputs) as Record<string, OfficialTensorProto>,
      }),
    };
  }
  return isOpenInference(serving)
    ? {
        path: '/inference.GRPCInferenceService/ModelInfer',
        message: officialInferRequest.write({
          model_name: model,
          inputs: tensors.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
          raw_input_contents: tensors.map(({ bytes }) => bytes),
        }),
      }
    : {
        path: '/org.pytorch.serve.grpc.inference.InferenceAPIsService/Predictions',
        message: officialPredictionsRequest.write({
          model_name: model,
          input: { data: Buffer.concat(writeTensors(tensors, 'inputs', 'binary').body) },
        }),
      };
};

const outputsIn = (serving: ServingName, answer: Buffer): readonly NamedTensor[] => {
  if (hasColumns(serving)) {
    const { outputs = {} } = officialPredictResponse.read(answer);
    return Object.entries(outputs).map(([name, proto]) => {
      const datatype = Object.keys(DATA_TYPES).find(
        (key): key is Datatype => isDatatype(key) && DATA_TYPES[key] === proto.dtype,
      );
      if (datatype === undefined) throw new Error(`${name} has the type ${proto.dtype}`);
      const shape = proto.tensor_shape?.dim?.map(({ size = 0 }) => size) ?? [];
      return { name, datatype, shape, bytes: bytesIn(proto, datatype, name) };
    });
  }
  if (!isOpenInference(serving)) {
    const { prediction = new Uint8Array() } = officialPredictionResponse.read(answer);
    return readTensors(prediction, 'outputs').tensors;
  }
  const { outputs = [], raw_output_contents: raw = [] } = officialInferResponse.read(answer);
  return outputs.map(({ name = '', datatype, shape = [] }, at) => {
    if (!isDatatype(datatype)) throw new Error(`${name} has the type ${datatype}`);
    return { name, datatype, shape: shape.map(Number), bytes: raw[at] ?? new Uint8Array() };
  });
};

const sendGrpcRequest = async (
  url: string,
  { serving }: TensorWay,
  tensors: readonly NamedTensor[],
  model: KnownModel,
): Promise<TensorReply> => {
  const client = grpcClientOf(url, { 'grpc.max_receive_message_length': -1 });
  try {
    const { path, message } = requestOf(serving, tensors, model.name);
    const answer = await sendGrpc(client, message, { path }).answer;
    return { status: 200, outputs: outputsIn(serving, answer) };
  } catch (error) {
    const { code, details } = error as { readonly code: number; readonly details: string };
    return { status: code, reason: details, outputs: [] };
  } finally {
    client.close();
  }
};

/** Sends named tensors to a serving without the middleware. */
export const askTensors = async (
  urls: ServingUrls,
  way: TensorWay,
  tensors: readonly NamedTensor[],
  model: KnownModel,
): Promise<TensorReply> => {
  const { serving, protocol } = way;
  const sent = nameInputs(serving, tensors, model);
  const reply =
    protocol === 'rest'
      ? await sendRest(urls.rest, way, sent, model)
      : await sendGrpcRequest(urls.grpc ?? '', way, sent, model);
  return { ...reply, outputs: nameOutputs(serving, reply.outputs, model) };
};
