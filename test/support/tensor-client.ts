import { manifestOf, servingNames, type ServingName } from '../../serving-configs/index.ts';
import type { Encoding, Protocol, ServingUrls } from '../../serving-configs/manifest.ts';
import {
  HEADER_LENGTH,
  readTensors,
  writeTensors,
  type NamedTensor,
  type TensorEncoding,
} from '../../serving-configs/models/tensors/tensor-body.ts';
import { isDatatype } from '../../serving-configs/models/tensors/tensor-model.ts';
import { grpcClientOf, sendGrpc } from './grpc-client.ts';
import { officialInferRequest, officialInferResponse } from './official-messages/open-inference.ts';
import {
  officialPredictionsRequest,
  officialPredictionResponse,
} from './official-messages/torchserve.ts';

/** How named tensors get to a serving. */
export interface TensorWay {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly encoding: Encoding;
}

export const servingsWithTensors = servingNames.filter(
  (name) => manifestOf(name).rest.tensors !== undefined,
);

export const tensorWaysOf = (serving: ServingName): readonly TensorWay[] =>
  (['rest', 'grpc'] as const).flatMap((protocol) =>
    (manifestOf(serving)[protocol]?.tensors ?? []).map((encoding) => ({
      serving,
      protocol,
      encoding,
    })),
  );

/** Whether its protocol has names for models and tensors. */
const namesTensors = (serving: ServingName): boolean =>
  manifestOf(serving).model.tensors !== undefined;

const pathOf = (serving: ServingName, model: string): string => {
  if (namesTensors(serving)) return `/v2/models/${model}/infer`;
  if (serving === 'torchserve' || serving === 'mms') return '/predictions/resnet-50';
  return serving === 'bentoml' ? '/predict_tensor' : '/predict';
};

export interface TensorReply {
  /** Of HTTP; over gRPC, 200 for what is no error, else its code. */
  readonly status: number;
  /** Of what is an error. */
  readonly reason?: string;
  readonly outputs: readonly NamedTensor[];
  readonly encoding?: TensorEncoding;
}

const askRest = async (
  url: string,
  { serving, encoding: asked }: TensorWay,
  tensors: readonly NamedTensor[],
  model: string,
): Promise<TensorReply> => {
  const head =
    namesTensors(serving) && asked === 'binary' ? { parameters: { binary_data_output: true } } : {};
  const { body, jsonLength } = writeTensors(tensors, 'inputs', asked as TensorEncoding, head);
  const headers: Record<string, string> =
    jsonLength === undefined
      ? { 'content-type': 'application/json' }
      : { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(jsonLength) };
  const response = await fetch(url + pathOf(serving, model), {
    method: 'POST',
    headers,
    body: Buffer.concat(body),
  });
  const answer = Buffer.from(await response.arrayBuffer());
  const { status } = response;
  if (status !== 200) return { status, reason: String(answer), outputs: [] };
  const length = response.headers.get(HEADER_LENGTH);
  const { encoding, tensors: outputs } = readTensors(
    answer,
    'outputs',
    length === null ? undefined : Number(length),
  );
  return { status, outputs, encoding };
};

const requestOf = (serving: ServingName, tensors: readonly NamedTensor[], model: string) =>
  namesTensors(serving)
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
          model_name: 'resnet-50',
          input: { data: Buffer.concat(writeTensors(tensors, 'inputs', 'binary').body) },
        }),
      };

const outputsIn = (serving: ServingName, answer: Buffer): readonly NamedTensor[] => {
  if (!namesTensors(serving)) {
    const { prediction = new Uint8Array() } = officialPredictionResponse.read(answer);
    return readTensors(prediction, 'outputs').tensors;
  }
  const { outputs = [], raw_output_contents: raw = [] } = officialInferResponse.read(answer);
  return outputs.map(({ name = '', datatype, shape = [] }, at) => {
    if (!isDatatype(datatype)) throw new Error(`${name} has the type ${datatype}`);
    return { name, datatype, shape: shape.map(Number), bytes: raw[at] ?? new Uint8Array() };
  });
};

const askGrpc = async (
  url: string,
  { serving }: TensorWay,
  tensors: readonly NamedTensor[],
  model: string,
): Promise<TensorReply> => {
  const client = grpcClientOf(url);
  try {
    const { path, message } = requestOf(serving, tensors, model);
    const answer = await sendGrpc(client, message, { path }).answer;
    return { status: 200, outputs: outputsIn(serving, answer) };
  } catch (error) {
    const { code, details } = error as { readonly code: number; readonly details: string };
    return { status: code, reason: details, outputs: [] };
  } finally {
    client.close();
  }
};

/** Sends named tensors to a serving, as a client without our middleware does. */
export const askTensors = (
  urls: ServingUrls,
  way: TensorWay,
  tensors: readonly NamedTensor[],
  model: string,
): Promise<TensorReply> =>
  way.protocol === 'rest'
    ? askRest(urls.rest, way, tensors, model)
    : askGrpc(urls.grpc ?? '', way, tensors, model);
