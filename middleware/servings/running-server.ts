import { readAnswer, writeRequest } from '../../serving-configs/models/tensors/json-contract.ts';

import type { JsonContract, RunningServer } from '../../serving-configs/running-server.ts';
import { applicationTensors } from './application-tensors.ts';
import { JSON_TYPE, outputsWith } from './named-tensors.ts';
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

/** How to talk to a server that runs already: with named tensors, where it is, and with the headers that it wants. */
export const runningServerCodecs = (server: RunningServer): ServingCodecs => {
  const { path, headers, model: name } = server;
  const rest = restCodec(server);
  const { grpc } = openInferenceTensors;
  return {
    // It is never sent an image: its manifest has no such payload.
    rest: openInference.rest,
    grpc: openInference.grpc,
    tensors: {
      rest: {
        ...rest,
        encode: (...given) => {
          const request = rest.encode(...given);
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
