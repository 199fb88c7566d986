import { setTimeout as sleep } from 'node:timers/promises';

import type { App } from '../../middleware/app.ts';
import type { Config } from '../../middleware/config.ts';
import {
  answerCorrectly,
  holdAnswers,
  requestsArrived,
  useFakeServing,
} from '../support/fake-serving.ts';
import { answerWith, useFakeGrpcServing } from '../support/fake-grpc-serving.ts';
import { buildTestApp, postImage, servingUrlsTo } from '../support/middleware.ts';
import { officialPredictionResponse } from '../support/official-messages/torchserve.ts';

const REQUESTS = 6;
/** Far longer than the pause in which three requests arrive. */
const WORK_MS = 500;

/** The middleware of the study of 2021 had a blocking client and opened a channel for each call. */
describe('The middleware in the study’s configuration', () => {
  const serving = useFakeServing();
  const grpcServing = useFakeGrpcServing(
    answerWith(officialPredictionResponse.write({ prediction: Buffer.from('{"tabby": 0.6}') })),
  );

  const startApp = (overrides: Partial<Config>): Promise<App> =>
    buildTestApp(serving.url, {
      servingUrls: servingUrlsTo(serving.url, grpcServing.url),
      ...overrides,
    });

  /** The maximum number of requests that the serving gets at once while several are sent. */
  const maxConcurrency = async (started: App, name: string): Promise<number> => {
    let inFlight = 0;
    let max = 0;
    serving.behave = (response, socket, path) => {
      inFlight += 1;
      max = Math.max(max, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        answerCorrectly(response, socket, path);
      }, 20);
    };
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, () => postImage(started, `/infer/${name}`)),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200));
    return max;
  };

  /** The number of connections that three consecutive calls use. */
  const connectionsOf = async (started: App): Promise<number> => {
    grpcServing.received.length = 0;
    for (let call = 0; call < 3; call += 1) {
      expect((await postImage(started, '/grpc/infer/torchserve')).statusCode).toBe(200);
    }
    return new Set(grpcServing.received.map(({ connection }) => connection)).size;
  };

  it('has one request in flight to a serving with a blocking client', async () => {
    const started = await startApp({ blockingServings: ['triton_pytorch'] });

    expect(await maxConcurrency(started, 'triton_pytorch')).toBe(1);
  });

  it('has several requests in flight to a serving by default', async () => {
    const started = await startApp({});
    const release = holdAnswers(serving);
    const answers = Promise.all([1, 2].map(() => postImage(started, '/infer/triton_pytorch')));
    await requestsArrived(serving, 2);
    release();

    expect((await answers).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  });

  it('handles nothing else while a blocking client waits', async () => {
    const started = await startApp({ blockingServings: ['triton_pytorch'] });
    const release = holdAnswers(serving);
    const blocking = postImage(started, '/infer/triton_pytorch');
    await requestsArrived(serving);
    const other = postImage(started, '/infer/torchserve');
    await sleep(50);
    const reached = serving.received.map(({ path }) => path);
    release();
    await Promise.all([blocking, other]);

    expect(reached).toEqual([expect.stringContaining('/v2/models/')]);
    expect(serving.received).toHaveLength(2);
  });

  it('counts the wait for the blocking client as queue time, not as time of the serving', async () => {
    const started = await startApp({ blockingServings: ['triton_pytorch'] });
    serving.behave = (...request) => void setTimeout(() => answerCorrectly(...request), WORK_MS);
    const answers = await Promise.all(
      [1, 2, 3].map(() => postImage(started, '/infer/triton_pytorch')),
    );
    const queued = answers.map(
      (answer) => answer.json<{ timingsMs: { queue: number } }>().timingsMs.queue,
    );

    // The third request waits for the two before it, and may have arrived after the first.
    expect(Math.max(...queued)).toBeGreaterThan(WORK_MS);
  });

  it('opens a gRPC channel for each call if configured, and reuses one by default', async () => {
    expect(await connectionsOf(await startApp({ channelPerCallServings: ['torchserve'] }))).toBe(3);
    expect(await connectionsOf(await startApp({}))).toBe(1);
  });

  it('times out sooner over REST than over gRPC if configured', async () => {
    const started = await startApp({ upstreamTimeoutMs: 60_000, upstreamRestTimeoutMs: 100 });
    serving.behave = () => undefined;

    expect((await postImage(started, '/infer/torchserve')).json()).toMatchObject({
      code: 'INFER_UPSTREAM_TIMEOUT',
    });
    expect((await postImage(started, '/grpc/infer/torchserve')).statusCode).toBe(200);
  });
});
