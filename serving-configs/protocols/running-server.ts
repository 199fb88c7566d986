/** The wire that takes the place of a running server for the no-op limit and the calibration: it answers without reading its input. */
import { writeAnswer } from '../models/tensors/json-contract.ts';
import type { RunningServer } from '../running-server.ts';
import type { PlatformWires } from './grpc-wire.ts';
import { createGrpcService } from './open-inference/grpc-service.ts';
import { callOf } from './tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failInJson,
  jsonAnswer,
  type InferenceCall,
  type WireFactory,
} from './wire.ts';

const restOf =
  ({ path, json }: RunningServer): WireFactory =>
  ({ health, served }) => {
    const call: InferenceCall = {
      kind: 'inference',
      protocol: 'rest',
      form: () => 'json',
      read: () => {
        throw new BadInput('it computes nothing');
      },
      render: (_form, output) =>
        jsonAnswer(200, json === undefined ? '' : writeAnswer(json, output)),
      fail: failInJson(),
    };
    const inference =
      json === undefined
        ? callOf(served, call, (body, type) => jsonAnswer(200, body, { 'content-type': type }))
        : call;
    return {
      route: (head) => {
        if (head.method === 'POST' && head.path === path.replace(/\?.*$/, '')) return inference;
        return head.path === health.path ? answered(jsonAnswer(200, '{}')) : undefined;
      },
    };
  };

export const runningServerWires = (server: RunningServer): PlatformWires => ({
  rest: restOf(server),
  grpc: createGrpcService({ modelVersion: '1' }),
});
