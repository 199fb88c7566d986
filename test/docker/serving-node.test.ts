import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../lib/bench/results/environment.ts';
import type { Plan } from '../../lib/bench/plan/plan.ts';
import type { CompletedCell } from '../../lib/bench/results/record.ts';
import { startEmulator, type Emulator } from '../aws/support/emulator.ts';
import { createOperator, mirrorK6, STUBS, type Operator } from '../aws/support/operator.ts';
import { successOf } from '../aws/support/success.ts';
import { createBridge, type Bridge } from './support/bridge.ts';
import { dockerEnvironment } from './support/docker-environment.ts';

const MINUTE_MS = 60_000;
const { prefix } = dockerEnvironment();
/** An image that nobody has, and one that serves nothing. */
const BROKEN = { bentoml: `${prefix}/nothing:1`, litserve: `${prefix}/python:3.11-slim-bookworm` };
const WORKING = ['torchserve', 'tfserving', 'triton_onnx', 'flask'];

/**
 * A deployment whose nodes are machines without a GPU, each with the real Docker daemon: they pull and build images, build models
 * and try each container. Only the registry's name is another one.
 */
describe('containers on node pairs in AWS', () => {
  let bridge: Bridge;
  let folder: string;
  let emulator: Emulator;
  let operator: Operator;

  beforeAll(async () => {
    bridge = await createBridge({ reachesOut: true });
    folder = await mkdtemp(join(tmpdir(), 'nodes-'));
    // Without the one of a GPU.
    for (const name of ['dnf', 'rpm', 'sysctl'])
      await copyFile(join(STUBS, name), join(folder, name));
    const { PIP_CERT, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS } = process.env;
    emulator = await startEmulator({
      machines: true,
      stubs: folder,
      docker: { options: `--bridge=${bridge.name}`, disks: join(folder, 'disks') },
      execEnv: Object.fromEntries(
        Object.entries({ PIP_CERT, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS }).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      ),
    });
    operator = await createOperator(emulator);
    await operator.configure({
      name: 'real',
      servingInstanceType: 'm5.xlarge',
      middlewareInstanceType: 'm5.large',
      servings: [...WORKING, ...Object.keys(BROKEN)],
      images: BROKEN,
      registry: prefix,
      weights: 'lite0',
      k6: await mirrorK6(emulator),
    });
  }, 3 * MINUTE_MS);

  afterAll(async () => {
    await operator.leave();
    await emulator.stop();
    await bridge.remove();
    await rm(folder, { recursive: true, force: true });
  }, MINUTE_MS);

  const bootstrapLog = async (): Promise<string> => {
    const [serving] = await emulator.boots();
    const path = '/var/log/serving-compare-bootstrap.log';
    return (await emulator.machineFile(serving?.instance ?? '', path)) ?? '';
  };

  it(
    'are pulled, built and tried when the nodes come up, and those that fail are told',
    async () => {
      successOf(await operator.cdk('bootstrap'));
      const { stdout, stderr } = successOf(await operator.deploy());
      const log = await bootstrapLog();

      expect(`${stdout}${stderr}`).toContain('bentoml,litserve');
      expect(log).toContain('images in /opt/dlami/nvme/docker');
      for (const serving of WORKING)
        expect(log).toMatch(
          new RegExp(`${serving}: ready after .* on the cpu, answers as the ONNX`),
        );
      expect(log).toMatch(
        /bentoml is not available: cannot pull .*nothing:1: the registry does not/,
      );
      expect(log).toMatch(/litserve is not available: .*ended/);
    },
    20 * MINUTE_MS,
  );

  it(
    'are measured, and the results hold their digests, the weights and what they compute on',
    async () => {
      const small = ['--profile', 'quick', '--scenarios', 'warm', '--levels', '1'];
      const short = ['--repeats', '1', '--duration', '2', '--warmup', '0', '--no-ceilings'];
      const run = await operator.bench('run', '--on', 'aws', '--run-id', 'r', ...small, ...short);
      const results = join(operator.folder, 'results/r');
      const read = (name: string): Promise<string> => readFile(join(results, name), 'utf8');
      const { aws } = JSON.parse(await read('environment.json')) as Environment;
      const { served, leftOut, model } = JSON.parse(await read('plan.json')) as Plan;
      const cells = (await read('results.jsonl'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as CompletedCell)
        .filter(({ kind }) => kind === 'cell');

      expect(run).toMatchObject({
        stdout: expect.stringContaining('on the CPU of node pairs in AWS'),
      });
      expect(aws).toMatchObject({
        accelerator: 'cpu',
        weights: expect.stringContaining('EfficientNet-Lite0'),
        images: {
          torchserve: expect.stringMatching(/torchserve@sha256:[0-9a-f]{64}$/),
          flask: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        },
      });
      expect(served).toMatchObject({ tfserving: { real: false, accelerator: 'cpu' } });
      expect(leftOut?.map(({ serving }) => serving).toSorted()).toEqual(Object.keys(BROKEN));
      expect(model.trained).toBe(true);
      expect(new Set(cells.map(({ cell }) => cell.path.serving))).toEqual(new Set(WORKING));
      expect(cells.filter(({ state }) => state !== 'completed')).toEqual([]);
    },
    15 * MINUTE_MS,
  );

  it(
    'leave nothing behind',
    async () => {
      await operator.bench('fetch', '--all', '--delete');
      successOf(await operator.destroy());

      expect(await operator.bench('sweep')).toMatchObject({ code: 0 });
    },
    6 * MINUTE_MS,
  );
});
