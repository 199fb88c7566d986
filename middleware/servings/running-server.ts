import { TENSORS } from '../../serving-configs/manifest.ts';
import { readAnswer, writeRequest } from '../../serving-configs/models/tensors/json-contract.ts';
import type { JsonContract, RunningServer } from '../../serving-configs/running-server.ts';
import { applicationRequest, JSON_TYPE, outputsWith, readOutputs } from './infer-body.ts';
import { openInference } from './open-inference.ts';
import { readJson } from './read-answer.ts';
import { unsupported, type Codec, type ServingCodecs } from './serving.ts';

const jsonCodec = (contract: JsonContract, path: string): Codec => ({
  takesHalvesInJson: true,
  encode(input, encoding, model) {
    if (input.payload !== TENSORS) throw unsupported(input.payload, encoding, model);
    const tensors = input.tensors.map((tensor) => tensor.named());
    return {
      method: 'POST',
      path,
      headers: { 'content-type': JSON_TYPE },
      body: [Buffer.from(writeRequest(contract, tensors))],
    };
  },

  decode: ({ body }, model) =>
    outputsWith(() => readAnswer(contract, readJson(body), model.outputs), model),
});

const applicationCodec = (path: string): Codec => ({
  encode(input, encoding, model) {
    if (input.payload !== TENSORS) throw unsupported(input.payload, encoding, model);
    return applicationRequest(path, input.tensors, encoding, model);
  },

  decode: readOutputs,
});

const restCodec = ({ speaks, json, path }: RunningServer): Codec => {
  if (json !== undefined) return jsonCodec(json, path);
  return speaks === 'application' ? applicationCodec(path) : openInference.rest;
};

/** The codecs of a running server: named tensors at its own path, with the headers that the user set for it. */
export const runningServerCodecs = (server: RunningServer): ServingCodecs => {
  const { path, headers } = server;
  const rest = restCodec(server);
  return {
    rest: {
      ...rest,
      encode: (...args) => {
        const request = rest.encode(...args);
        return { ...request, path, headers: { ...request.headers, ...headers } };
      },
    },
    grpc: openInference.grpc,
  };
};
