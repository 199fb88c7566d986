import { connect } from 'node:net';
import { join } from 'node:path';
import { networkBounds } from '../../../../lib/bench/aws/network-limit.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { readDataSet } from '../../../../lib/bench/run/inputs.ts';
import { startMiddleware } from '../../../../lib/bench/run/middleware-process.ts';
import { inferUrl, post } from '../../../../lib/bench/run/middleware-requests.ts';
import { defaultImagesDir } from '../../../../lib/bench/run/project-files.ts';
import { measureRequests } from '../../../../lib/bench/run/request-bytes.ts';
import { simulated } from '../../../../lib/bench/run/servings/simulated.ts';
import type { ServingName } from '../../../../serving-configs/index.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { waysOf } from '../../../conformance/probes.ts';
import { listenTcp } from '../../../support/tcp-server.ts';

const { signal } = new AbortController();

/** Between them, these send every payload in every encoding. */
const SERVINGS: readonly ServingName[] = ['tfserving', 'triton_onnx', 'torchserve', 'litserve'];
const targets = SERVINGS.flatMap((serving) =>
  waysOf(serving).map((way): Target => ({ serving, ...way })),
);

const requestsOfImages = async () => ({
  imagesDir: defaultImagesDir,
  dataSetDir: defaultImagesDir,
  images: await readDataSet(defaultImagesDir),
  source: CLASSIFIER,
});

/** A way to a server that counts the bytes that go to it. */
const counted = async (url: string) => {
  let bytes = 0;
  const { hostname, port } = new URL(url);
  const { url: address } = await listenTcp((socket) => {
    const server = connect(Number(port), hostname);
    server.on('error', () => socket.destroy());
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.pipe(server).pipe(socket);
  });
  return { address, bytes: () => bytes };
};

/** Starts the simulated server of a serving behind counting connections. */
const startCounted = async (name: ServingName) => {
  const { urls, stop } = await simulated.start(
    { name, backend: { kind: 'noop' }, ports: { rest: 0, grpc: 0 } },
    CLASSIFIER,
    undefined,
    signal,
  );
  const ways = await Promise.all(
    Object.entries(urls).map(async ([protocol, url]) => [protocol, await counted(url)] as const),
  );
  return { name, stop, ways: new Map<string, Awaited<ReturnType<typeof counted>>>(ways) };
};

/** Sends every image of the data set through the middleware to each target, and counts the bytes that arrive for each. */
const countedOnTheWire = async (): Promise<readonly number[]> => {
  const servers = await Promise.all(SERVINGS.map(startCounted));
  const { images } = await requestsOfImages();
  const middleware = await startMiddleware({
    servers: [],
    servingUrls: Object.fromEntries(
      servers.map(({ name, ways }) => [
        name,
        Object.fromEntries([...ways].map(([protocol, { address }]) => [protocol, address])),
      ]),
    ),
    imagesDir: defaultImagesDir,
    model: CLASSIFIER,
    port: 0,
    processes: 1,
    upstreamTimeoutMs: 60_000,
    seed: 1,
  });
  const means: number[] = [];
  try {
    for (const target of targets) {
      const bytes = (): number =>
        servers
          .find(({ name }) => name === target.serving)
          ?.ways.get(target.protocol)
          ?.bytes() ?? Number.NaN;
      const before = bytes();
      for (const { file } of images) {
        const answered = await post(
          inferUrl(middleware.url, target),
          join(defaultImagesDir, file),
          60_000,
          signal,
        );
        if (!answered.ok) throw new Error(answered.error);
      }
      means.push((bytes() - before) / images.length);
    }
  } finally {
    await Promise.all([middleware.stop(), ...servers.map(({ stop }) => stop())]);
  }
  return means;
};

describe('The sizes of requests, from the data set', () => {
  it('are within 1 % of what really goes over the wire, for each payload and encoding', async () => {
    const measured = await measureRequests(targets, await requestsOfImages(), signal);
    const onTheWire = await countedOnTheWire();

    expect(new Set(targets.map(({ payload, encoding }) => `${payload} ${encoding}`)).size).toBe(10);
    expect(
      measured.map(({ target, sentBytes }, index) => ({
        ...target,
        isRight: Math.abs((onTheWire[index] ?? 0) / sentBytes - 1) < 0.01,
      })),
    ).toEqual(targets.map((target) => ({ ...target, isRight: true })));
  });

  it('give the study of 2021 twelve requests/s of JSON on a c5.xlarge, and 48 on a c5n.xlarge', async () => {
    const target: Target = {
      serving: 'tfserving',
      protocol: 'rest',
      payload: 'tensor_fullsize',
      encoding: 'json',
    };
    const measured = await measureRequests([target], await requestsOfImages(), signal);
    const boundOn = (type: string, gbitPerSecond: number) =>
      networkBounds(measured, { type, gbitPerSecond }).map(({ perSecond }) =>
        Math.floor(perSecond),
      );

    expect([boundOn('c5.xlarge', 1.25), boundOn('c5n.xlarge', 5)]).toEqual([[12], [48]]);
  });
});
