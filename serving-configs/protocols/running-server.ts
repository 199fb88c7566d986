/** What stands in the place of a running server, with a backend that computes nothing: whatever it is asked, it has the answer. */
import { writeAnswer } from '../models/tensors/json-contract.ts';
import type { RunningServer } from '../running-server.ts';
import type { GrpcWireFactory } from './grpc-wire.ts';
import { createGrpcService } from './open-inference/grpc-service.ts';
import { tensorCall } from './tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failInJson,
  jsonAnswer,
  namedTensorsOf,
  type InferenceCall,
  type ServedManifest,
  type Wire,
} from './wire.ts';

/** Its side of REST. */
export const runningServerWire = (
  { path, json }: RunningServer,
  { health, tensorModel }: ServedManifest,
): Wire => {
  const call: InferenceCall = {
    kind: 'inference',
    protocol: 'rest',
    form: () => 'json',
    read: () => {
      throw new BadInput('it computes nothing');
    },
    render: (_form, output) =>
      jsonAnswer(200, json === undefined ? '' : writeAnswer(json, namedTensorsOf(output))),
    fail: failInJson(),
  };
  const inference =
    json === undefined && tensorModel !== undefined
      ? tensorCall(call, tensorModel, (body, type) =>
          jsonAnswer(200, body, { 'content-type': type }),
        )
      : call;
  return {
    route: (head) => {
      if (head.method === 'POST' && head.path === path.replace(/\?.*$/, '')) return inference;
      return head.path === health.path ? answered(jsonAnswer(200, '{}')) : undefined;
    },
  };
};

/** Its side of gRPC. */
export const runningServerGrpcWire: GrpcWireFactory = createGrpcService('1');
