import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAws, type Aws } from '../../../lib/bench/aws/clients.ts';
import { deleteObjects, listObjects } from '../../../lib/bench/aws/s3-objects.ts';
import { runKeys } from '../../../lib/aws/contract/run-keys.ts';
import { portsOf, servingFactsOf, type ServingName } from '../../../serving-configs/index.ts';
import {
  NODE_MODELS,
  type PreparedServings,
} from '../../../serving-configs/runtimes/aws-node/prepared-servings.ts';
import { modelFilesOf } from '../../../serving-configs/runtimes/docker/container-models.ts';
import { sendTwoByTwo } from '../../support/sent-model.ts';
import type { CommandResult, Emulator } from '../support/emulator.ts';
import { bootNode, COMMANDS, startMachines, type MachineNode } from '../support/machine-node.ts';
import { successOf } from '../support/success.ts';
import { servingNodeFile } from './support/node-environment-file.ts';

const UNIT = 'serving-compare-serving.service';
/** The address on which docker-stand-in.sh listens. */
const ADDRESS = '127.0.85.1';
const IMAGE = `example/one@sha256:${'0'.repeat(64)}`;

/** Why the bootstrap could not prepare a serving. */
const PROBLEM = 'its container ended';

let emulator: Emulator;
let node: MachineNode;

/** Boots a serving node with containers, of which only `serving` can be started. */
const bootContainerNode = async (
  serving: ServingName,
  otherServings: PreparedServings['servings'] = {},
): Promise<MachineNode> => {
  const servings = { [serving]: { image: IMAGE }, ...otherServings };
  const prepared: PreparedServings = {
    accelerator: 'cpu',
    model: { sha256: '0', weights: 'none', trained: false },
    servings,
  };
  const standIn = join(import.meta.dirname, 'support/docker-stand-in.sh');
  const booted = await bootNode(emulator, {
    '/etc/serving-compare/node.env': servingNodeFile({
      SC_RUNTIME: 'container',
      SC_SERVINGS: Object.keys(servings).join(','),
      SC_ADDRESS: ADDRESS,
    }),
    '/var/lib/serving-compare/servings.json': JSON.stringify(prepared),
    '/container.ports': portsOf(servingFactsOf(serving)).join(' '),
    '/usr/local/sbin/docker': readFileSync(standIn, 'utf8'),
  });
  const [model = ''] = modelFilesOf(serving, NODE_MODELS);
  await booted.run(`install -D -m 644 /dev/null ${model}`);
  await booted.run(
    `chmod 755 /usr/local/sbin/docker; cp /opt/serving-compare/lib/aws/node/systemd/${UNIT} /etc/systemd/system/; systemctl daemon-reload`,
  );
  return booted;
};

beforeAll(async () => {
  emulator = await startMachines();
});

afterAll(() => emulator.stop());

const start = (
  Serving: string,
  Engine = 'onnx',
  more: Readonly<Record<string, string>> = {},
): Promise<CommandResult> =>
  node.run(`bash ${COMMANDS}/start-serving.sh`, {
    SSM_Serving: Serving,
    SSM_Engine: Engine,
    SSM_DelayMs: '',
    ...more,
  });

const answers = async (): Promise<boolean> =>
  fetch(`http://${ADDRESS}:${servingFactsOf('tfserving').rest.port}/`).then(
    () => true,
    () => false,
  );

const dockerCalls = async (): Promise<readonly string[]> => {
  const calls = (await node.read('/docker.log')).trim().split('\n');
  await node.write('/docker.log', '');
  return calls.map((call) => call.split(' ')[0] ?? '');
};

describe('a serving in a container', () => {
  beforeAll(async () => {
    node = await bootContainerNode('tfserving', { mms: { problem: PROBLEM } });
  });

  it('starts from the image that was prepared', async () => {
    const { code, stdout, stderr } = await start('tfserving');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      serving: 'tfserving',
      engine: 'onnx',
      runtime: 'container',
    });
    expect(await node.read('/docker.log')).toContain(` ${IMAGE} `);
    expect(await answers()).toBe(true);
  });

  it('is started with the settings that the command names', async () => {
    await node.write('/docker.log', '');
    const { code, stderr } = await start('tfserving', 'onnx', { SSM_Settings: 'i1-t3-b8-d5' });
    const log = await node.read('/docker.log');
    const batching = await node.read('/var/lib/serving-compare/container/batching.config');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(log).toContain('--tensorflow_intra_op_parallelism=3');
    expect(batching).toMatch(/max_batch_size \{ value: 8 \}/);
  });

  it('is stopped by Docker, and the unit does not count that as a failure', async () => {
    await dockerCalls();

    const { stdout } = await node.run(
      `systemctl stop ${UNIT}; systemctl is-failed ${UNIT}; systemctl show --property Result --value ${UNIT}`,
    );

    expect(stdout).toBe('inactive\nsuccess\n');
    expect(await dockerCalls()).toEqual(['stop', 'rm']);
    expect(await answers()).toBe(false);
  });

  it('leaves no container behind if what started it is killed', async () => {
    await start('tfserving');

    await node.run(`systemctl kill --kill-whom main --signal KILL ${UNIT}; sleep 0.5`);

    expect((await dockerCalls()).at(-1)).toBe('rm');
    expect(await answers()).toBe(false);
  });

  it('is reported with the last lines of its container if that ends at once', async () => {
    await node.write('/container-fails', '');

    const { code, stderr } = await start('tfserving');

    await node.run('rm /container-fails');
    expect(code).toBe(4);
    expect(stderr).toMatch(/\b125\b/);
    expect(stderr).toMatch(/\bCUDA\b/);
  });

  it('does not start if the bootstrap could not prepare it, and says why', async () => {
    const { code, stderr } = await start('mms');

    expect(code).toBe(4);
    expect(stderr).toContain(PROBLEM);
  });

  it('is inspected with all that was prepared', async () => {
    const { stdout } = await node.run(`bash ${COMMANDS}/inspect-serving.sh`, {
      SSM_FromMs: '',
      SSM_ToMs: '',
      SSM_Parts: '',
    });

    expect(JSON.parse(stdout)).toMatchObject({
      prepared: { servings: { tfserving: { image: IMAGE }, mms: { problem: PROBLEM } } },
    });
  });

  it.each([
    ['the no-op limit', 'noop', ''],
    ['a known latency', 'delay', '25'],
  ])('is the simulated server when %s is measured', async (_, engine, SSM_DelayMs) => {
    await dockerCalls();

    const { stdout } = await start('tfserving', engine, { SSM_DelayMs });

    expect(JSON.parse(stdout)).toMatchObject({ engine, runtime: 'simulated' });
    expect(await dockerCalls()).not.toContain('run');
    expect(await answers()).toBe(true);
  });
});

describe("a user's model on a serving node", () => {
  const BUCKET = 'bench-results';
  const RUN = 'first-run';
  const SERVING = 'triton_onnx';
  let aws: Aws;
  let sums: string;

  beforeAll(async () => {
    Object.assign(process.env, emulator.env);
    aws = createAws('us-east-1');
    successOf(await emulator.run('aws', ['s3', 'mb', `s3://${BUCKET}`]));
    ({ sums } = await sendTwoByTwo(aws, BUCKET, RUN));
    node = await bootContainerNode(SERVING);
  });

  afterAll(() => aws.close());

  const startWith = (engine: string, sum = sums): Promise<CommandResult> =>
    start(SERVING, engine, { SSM_Model: `${RUN}/${sum}` });

  it('is not served if the bucket holds something other than what was sent', async () => {
    const { code, stderr } = await startWith('noop', 'f'.repeat(64));

    expect(code).toBe(5);
    expect(stderr).toContain(`s3://${BUCKET}/runs/${RUN}/model/ `);
  });

  it('is served under its own name by the server behind the no-op limit', async () => {
    const { code, stderr } = await startWith('noop');
    const infer = `http://${ADDRESS}:${servingFactsOf(SERVING).rest.port}/v2/models/two/infer`;
    const inputs = [
      { name: 'ids', datatype: 'INT64', shape: [1, 3], data: [1, 2, 3] },
      { name: 'weights', datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] },
    ];
    const answer = await fetch(infer, { method: 'POST', body: JSON.stringify({ inputs }) });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await answer.json()).toMatchObject({ model_name: 'two' });
  });

  it('is mounted into the container, and fetched from the bucket only once', async () => {
    const objects = await listObjects(aws, BUCKET, runKeys.model(RUN));
    await deleteObjects(
      aws,
      BUCKET,
      objects.map(({ key }) => key),
    );
    const { code, stdout, stderr } = await startWith('onnx');
    const [run = ''] = (await node.read('/docker.log'))
      .split('\n')
      .filter((line) => line.startsWith('run '));

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ runtime: 'container' });
    expect(run).toContain(IMAGE);
    expect(run).toContain(`source=/var/lib/serving-compare/user-models/${sums}/onnx/two.onnx`);
    expect(run).toContain('/two/1/model.onnx,readonly');
  });
});
