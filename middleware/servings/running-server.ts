import { readAnswer, writeRequest } from '../../serving-configs/models/tensors/json-contract.ts';
import type { JsonContract, RunningServer } from '../../serving-configs/running-server.ts';
import { applicationTensors, JSON_TYPE, outputsWith } from './named-tensors.ts';
import { openInferenceTensors } from './open-inference-tensors.ts';
import { openInference } from './open-inference.ts';
import { readJson } from './read-json.ts';
import type { ServingCodecs, TensorCodec } from './serving.ts';

const jsonCodec = (contract: JsonContract, path: string): TensorCodec => ({
  takesHalvesInJson: true,
  encode: (inputs) => ({
    method: 'POST',
    path,
    headers: { 'content-type': JSON_TYPE },
    body: [Buffer.from(writeRequest(contract, inputs))],
  }),

  decode: ({ body }, model) =>
    outputsWith(() => readAnswer(contract, readJson(body), model.outputs), model),
});

const restCodec = ({ speaks, json, path }: RunningServer): TensorCodec => {
  if (json !== undefined) return jsonCodec(json, path);
  return speaks === 'application' ? applicationTensors(() => path).rest : openInferenceTensors.rest;
};

/** The codecs of a running server: named tensors at its own path, with the headers that the user set for it. */
export const runningServerCodecs = (server: RunningServer): ServingCodecs => {
  const { path, headers, model: name } = server;
  const rest = restCodec(server);
  const { grpc } = openInferenceTensors;
  return {
    // Never used for images, because its manifest has no payload for them.
    rest: openInference.rest,
    grpc: openInference.grpc,
    tensors: {
      rest: {
        ...rest,
        encode: (...args) => {
          const request = rest.encode(...args);
          return { ...request, path, headers: { ...request.headers, ...headers } };
        },
      },
      grpc: {
        ...grpc,
        encode: (inputs, encoding, model) => grpc.encode(inputs, encoding, { ...model, name }),
      },
    },
  };
};
