import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelOptions, Client } from '@grpc/grpc-js';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import type { Engine } from '../../../serving-configs/reference/engine.ts';
import { createNullEngine } from '../../../serving-configs/reference/engines/null-engine.ts';
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
  engine: Engine = createNullEngine(model),
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

/** An engine that answers with the first thousand values of what it reads, when it is told to. */
export const echoEngine = (turn: () => Promise<void> = async () => undefined): Engine => ({
  trained: true,
  reads: 'whole',
  isReady: true,
  start: async () => undefined,
  reply: async (call, body) => {
    const form = call.form(body);
    const input = call.read(body);
    await turn();
    const values = input.kind === 'tensor' ? input.values.slice(0, 1000) : new Float32Array(1000);
    return { kind: 'answer', answer: call.render(form, values) };
  },
  close: async () => undefined,
});

/** Answers nothing until `release`; `arrived` resolves when so many calls wait. */
export const holdingEngine = () => {
  const waiting: (() => void)[] = [];
  let isReleased = false;
  const engine = echoEngine(async () => {
    if (isReleased) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  });
  return {
    engine,
    arrived: async (count = 1): Promise<void> => {
      while (waiting.length < count) await sleep(2);
    },
    /** The last one first. */
    release: (): void => {
      isReleased = true;
      for (const answer of waiting.toReversed()) answer();
    },
  };
};

export const answered = (bytes: Buffer) => {
  const { id, raw_output_contents: raw } = officialInferResponse.read(bytes);
  return { id, values: floatsOf(raw?.[0] ?? Buffer.alloc(0)) };
};

/** Ends all clients and servers that were made here; for `afterEach`. */
export const endAll = async (): Promise<void> => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
};
