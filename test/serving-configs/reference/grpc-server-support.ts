import type { ChannelOptions, Client } from '@grpc/grpc-js';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import type { Engine } from '../../../serving-configs/reference/engine.ts';
import { createNoopEngine } from '../../../serving-configs/reference/engines/noop-engine.ts';
import { fixedScores } from '../../../serving-configs/reference/fixed-outputs.ts';
import {
  startGrpcServer,
  type ReferenceGrpcServer,
} from '../../../serving-configs/reference/grpc-server.ts';
import { loadGrpcWire } from '../../../serving-configs/reference/load-wire.ts';
import { floatsOf } from '../../support/describe-codec.ts';
import { grpcClientOf, sendGrpc, type CallOptions } from '../../support/grpc-client.ts';
import {
  officialInferRequest,
  officialInferResponse,
} from '../../support/official-messages/open-inference.ts';

export const INFER = '/inference.GRPCInferenceService/ModelInfer';
export const { model } = manifestOf('triton_pytorch');

const servers: ReferenceGrpcServer[] = [];
const clients: Client[] = [];

export const start = async (
  engine: Engine = createNoopEngine(fixedScores(model).right),
  serving: ServingName = 'triton_pytorch',
): Promise<ReferenceGrpcServer> => {
  const wire = await loadGrpcWire(serving);
  if (wire === undefined) throw new Error(`${serving} speaks no gRPC`);
  const server = await startGrpcServer({ wire, engine }, { host: '127.0.0.1', port: 0 });
  servers.push(server);
  return server;
};

export const clientOf = ({ url }: ReferenceGrpcServer, options: ChannelOptions = {}): Client => {
  const client = grpcClientOf(url, options);
  clients.push(client);
  return client;
};

/** A call of `ModelInfer`, or of another method. */
export const send = (client: Client, message: Uint8Array, options: Partial<CallOptions> = {}) =>
  sendGrpc(client, message, { path: INFER, ...options });

export const ask = (
  client: Client,
  message: Uint8Array,
  options: Partial<CallOptions> = {},
): Promise<Buffer> => send(client, message, options).answer;

const counting = Float32Array.from({ length: 3 * 224 * 224 }, (_, index) => index);

/** A tensor with a value of its own at each place, those at the start also from tensor to tensor. */
export const tensorOf = (seed: number): Float32Array => {
  const tensor = counting.slice();
  tensor.fill(-1 - seed, 0, 10);
  return tensor;
};

export const messageOf = (seed = 0, changes = {}): Buffer =>
  officialInferRequest.write({
    model_name: model.name,
    id: String(seed),
    inputs: [{ name: 'INPUT__0', datatype: 'FP32', shape: [1, 3, 224, 224] }],
    raw_input_contents: [Buffer.from(tensorOf(seed).buffer)],
    ...changes,
  });

export const answered = (bytes: Buffer) => {
  const { id, raw_output_contents: raw } = officialInferResponse.read(bytes);
  return { id, values: floatsOf(raw?.[0] ?? Buffer.alloc(0)) };
};

/** Ends all clients and servers that were made here; for `afterEach`. */
export const endAll = async (): Promise<void> => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
};
