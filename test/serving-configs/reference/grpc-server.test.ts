import { once } from 'node:events';
import { connect } from 'node:net';
import { status, type Metadata } from '@grpc/grpc-js';
import type { Engine } from '../../../serving-configs/reference/engine.ts';
import { createNoopEngine } from '../../../serving-configs/reference/engines/noop-engine.ts';
import { fixedScores } from '../../../serving-configs/reference/fixed-outputs.ts';
import {
  answered,
  ask,
  clientOf,
  endAll,
  messageOf,
  model,
  send,
  start,
  tensorOf,
} from './grpc-server-support.ts';
import { echoEngine, holdingEngine } from './holding-engine.ts';

const trainedOf = async (engine: Engine): Promise<unknown> => {
  const { call, answer } = send(clientOf(await start(engine)), messageOf());
  const [metadata] = (await once(call, 'metadata')) as [Metadata];
  await answer;
  return metadata.get('x-model-trained');
};

describe('the gRPC server of the simulated server', () => {
  afterEach(endAll);

  it('reads a tensor of 602 kB as it was sent', async () => {
    const message = messageOf(7);
    const client = clientOf(await start(echoEngine()));

    expect(message.length).toBeGreaterThan(602_112);
    expect(answered(await ask(client, message))).toEqual({
      id: '7',
      values: tensorOf(7).slice(0, 1000),
    });
  });

  it('says in the metadata whether its classes mean anything', async () => {
    expect(await trainedOf(createNoopEngine(fixedScores(model).right))).toEqual(['false']);
    expect(await trainedOf(echoEngine())).toEqual(['true']);
  });

  it('keeps 64 calls on one channel apart, answered in another order than sent', async () => {
    const { engine, release, arrived } = holdingEngine();
    const client = clientOf(await start(engine));
    const answers = Array.from({ length: 64 }, (_, seed) => ask(client, messageOf(seed)));
    await arrived(64);
    release();

    for (const [seed, bytes] of (await Promise.all(answers)).entries()) {
      const { id, values } = answered(bytes);
      expect([id, values[0], values[999]]).toEqual([String(seed), -1 - seed, 999]);
    }
  });

  it('does not know every method', async () => {
    const client = clientOf(await start());

    for (const path of ['/inference.GRPCInferenceService/Nope', '/toString', '/a.b/__proto__']) {
      await expect(ask(client, messageOf(), { path })).rejects.toMatchObject({
        code: status.UNIMPLEMENTED,
        details: `unknown method ${path}`,
      });
    }
  });

  it('gives the status of the platform, with words in any script', async () => {
    const client = clientOf(await start());

    await expect(
      ask(client, messageOf(0, { model_name: 'modèle 100 % 模型\n' })),
    ).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: 'model modèle 100 % 模型\n not found',
    });
  });

  it('gives the status of a platform whose model is not ready', async () => {
    const engine: Engine = { ...createNoopEngine(fixedScores(model).right), isReady: false };

    await expect(ask(clientOf(await start(engine)), messageOf())).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
  });

  it('answers what has begun before it stops, and nothing that comes later', async () => {
    const { engine, release, arrived } = holdingEngine();
    const server = await start(engine);
    const begun = ask(clientOf(server), messageOf(5));
    await arrived();
    let isStopped = false;
    const stopped = server.stop().then(() => {
      isStopped = true;
    });

    await expect(ask(clientOf(server), messageOf(6))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
    expect(isStopped).toBe(false);
    release();
    expect(answered(await begun).id).toBe('5');
    await stopped;
  });

  it('does not wait for connections on which nothing is under way when it stops', async () => {
    const server = await start();
    await ask(clientOf(server), messageOf());
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    silent.resume();
    await once(silent, 'connect');

    await server.stop();
    if (!silent.closed) await once(silent, 'close');
    expect(silent.destroyed).toBe(true);
  });
});
