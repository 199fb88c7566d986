/**
 * What does one call with a tensor cost a client of gRPC? Sends messages of 602 kB to a serving that computes nothing, with
 * the middleware's transport and with @grpc/grpc-js, and prints the CPU milliseconds of each call: one line of JSON.
 *
 *     node test/bench/middleware/grpc-clients.ts SERVING URL [CALLS]
 */
import { Client, credentials } from '@grpc/grpc-js';

import { codecOf } from '../../../middleware/servings/index.ts';
import { GrpcTransport } from '../../../middleware/transports/grpc.ts';
import { manifestOf } from '../../../serving-configs/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';

const AT_ONCE = 8;
const TIMEOUT_MS = 60_000;

const [name = '', url = '', calls = '400'] = process.argv.slice(2);
const serving = name as ServingName;

const encode = () => {
  const { grpc } = codecOf(serving);
  if (grpc === undefined) throw new Error(`${serving} has no codec for gRPC`);
  const pixels = { width: 224, height: 224, data: new Uint8Array(224 * 224 * 3) };
  return grpc.encode({ payload: 'tensor', pixels }, 'raw', manifestOf(serving).model);
};

const cpuMsOfCalls = async (count: number, call: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  const some = async (): Promise<void> => {
    for (let done = 0; done < count / AT_ONCE; done += 1) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
};

const transport = new GrpcTransport({ serving, origin: url, timeoutMs: TIMEOUT_MS });
const own = async (): Promise<unknown> => transport.send(encode(), () => undefined);

const client = new Client(new URL(url).host, credentials.createInsecure(), {
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
});
const asItIs = (bytes: Buffer): Buffer => bytes;
const library = async (): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const { path, body, release } = encode();
    const options = { deadline: Date.now() + TIMEOUT_MS };
    client.makeUnaryRequest(path, asItIs, asItIs, Buffer.concat(body), options, (error, answer) => {
      release?.();
      if (error === null) resolve(answer);
      else reject(error);
    });
  });

const count = Number(calls);
// Twice: what runs first is not yet compiled.
const figures = { ownMs: 0, libraryMs: 0 };
for (const rounds of [1, 2]) {
  figures.ownMs = await cpuMsOfCalls((count * rounds) / 2, own);
  figures.libraryMs = await cpuMsOfCalls((count * rounds) / 2, library);
}
await transport.close();
client.close();
process.stdout.write(`${JSON.stringify({ event: 'done', ...figures })}\n`);
