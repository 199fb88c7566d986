/** What stands in the place of a running server, with a backend that computes nothing: whatever it is asked, it has the answer. */
import { writeAnswer } from '../models/tensors/json-contract.ts';
import type { RunningServer } from '../running-server.ts';
import type { GrpcWireFactory } from './grpc-wire.ts';
import { createGrpcService } from './open-inference/grpc-service.ts';
import { tensorCall } from './tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failWith,
  namedTensorsOf,
  type InferenceCall,
  type ServedManifest,
  type Wire,
  type WireAnswer,
} from './wire.ts';

const answer = (
  status: number,
  body: Uint8Array | string,
  type = 'application/json',
): WireAnswer => ({
  status,
  headers: { 'content-type': type },
  body,
});

const error = (status: number, message: string): WireAnswer =>
  answer(status, JSON.stringify({ error: message }));

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
      answer(200, json === undefined ? '' : writeAnswer(json, namedTensorsOf(output))),
    fail: failWith({
      badInput: (message) => error(400, message),
      overloaded: () => error(503, 'too many requests'),
      failed: (message) => error(500, message),
    }),
  };
  const inference =
    json === undefined && tensorModel !== undefined
      ? tensorCall(call, tensorModel, (body, type) => answer(200, body, type))
      : call;
  return {
    route: (head) => {
      if (head.method === 'POST' && head.path === path.replace(/\?.*$/, '')) return inference;
      return head.path === health.path ? answered(answer(200, '{}')) : undefined;
    },
  };
};

/** Its side of gRPC. */
export const runningServerGrpcWire: GrpcWireFactory = createGrpcService('1');
