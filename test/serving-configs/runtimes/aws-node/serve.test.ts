import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import { manifestOf, RESNET50 } from '../../../../serving-configs/index.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import {
  readStartRequest,
  runContainer,
} from '../../../../serving-configs/runtimes/aws-node/run-container.ts';

const env = {
  SERVING: 'torchserve',
  ENGINE: 'onnx',
  SC_RUNTIME: 'container',
  SC_ADDRESS: '10.0.0.7',
} as const;

describe('the command of the serving unit', () => {
  it.each([
    ['the container of the serving', {}, { isContainer: true }],
    ['the simulated server with the runtime simulated', { SC_RUNTIME: 'simulated' }, {}],
    ['the simulated server with the engine noop', { ENGINE: 'noop' }, { engine: 'noop' }],
    [
      'the simulated server with the engine delay',
      { ENGINE: 'delay', DELAY_MS: '25' },
      { engine: 'delay', delay: 25 },
    ],
    [
      'the simulated server with batches',
      { ENGINE: 'delay', DELAY_MS: '6', DELAY_PER_INPUT_MS: '2', SETTINGS: 'i2-t1-b8-d0.5' },
      {
        engine: 'delay',
        delay: 6,
        'delay-per-input': 2,
        settings: { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 0.5 },
      },
    ],
    [
      'the container of the serving with the defaults of its product',
      { SETTINGS: 'default' },
      { isContainer: true, settings: 'default' },
    ],
    [
      "the container of the serving with a user's model",
      { MODEL: '/models/model.json' },
      { isContainer: true, model: '/models/model.json' },
    ],
  ])('is %s', (_, change, wanted) => {
    expect(readStartRequest({ ...env, ...change })).toEqual({
      serving: 'torchserve',
      engine: 'onnx',
      host: '10.0.0.7',
      isContainer: false,
      model: CLASSIFIER.file,
      ...wanted,
    });
  });

  it.each([
    [{ SERVING: 'none' }, 'SERVING'],
    [{ ENGINE: 'fast' }, 'ENGINE'],
    [{ ENGINE: 'delay', DELAY_MS: '2s' }, 'DELAY_MS'],
    [{ SETTINGS: 'i1-t1' }, 'SETTINGS'],
    [{ SC_RUNTIME: 'venv' }, 'SC_RUNTIME'],
    [{ SC_ADDRESS: '' }, 'SC_ADDRESS'],
  ])('is refused with %p, which names %s', (change, name) => {
    expect(() => readStartRequest({ ...env, ...change })).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: expect.stringMatching(`^${name}\\b`) as string,
      }),
    );
  });

  it('cannot be a container if the bootstrap has not prepared any', async () => {
    await expect(runContainer('tfserving', CLASSIFIER.file)).rejects.toMatchObject({
      name: 'UsageError',
    });
  });
});

describe('the program that the serving unit starts', () => {
  it('is the simulated server on the address of the node, until SIGTERM', async () => {
    // A loopback address that no other test uses.
    const address = '127.0.84.1';
    const child = spawn(
      process.execPath,
      [...TYPESCRIPT_LOADER, 'serving-configs/runtimes/aws-node/serve.ts'],
      {
        cwd: path.resolve(import.meta.dirname, '../../../..'),
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          PATH: process.env['PATH'],
          SERVING: 'tfserving',
          ENGINE: 'noop',
          SC_RUNTIME: 'simulated',
          SC_ADDRESS: address,
        },
      },
    );
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const { rest, health } = manifestOf('tfserving', RESNET50);
      const url = `http://${address}:${rest.port}`;

      expect(JSON.parse(line)).toMatchObject({
        url,
        serving: 'tfserving',
        engine: 'noop',
        pid: child.pid,
      });
      expect((await fetch(url + health.path)).status).toBe(200);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});
