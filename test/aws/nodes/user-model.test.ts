import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAws, type Aws } from '../../../lib/bench/aws/clients.ts';
import { deleteObjects, listObjects } from '../../../lib/bench/aws/objects.ts';
import { runKeys } from '../../../lib/deployment/run-keys.ts';
import { manifestOf, portsOf } from '../../../serving-configs/index.ts';
import type { PreparedServings } from '../../../serving-configs/runtimes/node/prepared-servings.ts';
import { sendTwoByTwo } from '../../support/sent-model.ts';
import type { CommandResult, Emulator } from '../support/emulator.ts';
import { bootNode, COMMANDS, startMachines, type MachineNode } from '../support/machine-node.ts';
import { successOf } from '../support/success.ts';
import { servingNodeFile } from './support/node-environment-file.ts';

jest.setTimeout(60_000);

const BUCKET = 'bench-results';
const RUN = 'first-run';
/** As the container that stands in listens. */
const ADDRESS = '127.0.85.1';
const IMAGE = `example/one@sha256:${'0'.repeat(64)}`;
const SERVING = 'triton_onnx';
const prepared: PreparedServings = {
  accelerator: 'cpu',
  model: { sha256: '0', weights: 'none', trained: false },
  servings: { [SERVING]: { image: IMAGE } },
};

let emulator: Emulator;
let node: MachineNode;
let aws: Aws;
let sums: string;

beforeAll(async () => {
  emulator = await startMachines();
  Object.assign(process.env, emulator.env);
  aws = createAws('us-east-1');
  successOf(await emulator.run('aws', ['s3', 'mb', `s3://${BUCKET}`]));
  sums = await sendTwoByTwo(aws, BUCKET, RUN);
  node = await bootNode(emulator, {
    '/etc/serving-compare/node.env': servingNodeFile({
      SC_RUNTIME: 'container',
      SC_SERVINGS: SERVING,
      SC_ADDRESS: ADDRESS,
    }),
    '/var/lib/serving-compare/servings.json': JSON.stringify(prepared),
    '/container.ports': portsOf(manifestOf(SERVING)).join(' '),
    '/usr/local/sbin/docker': readFileSync(
      join(import.meta.dirname, 'support/docker-stand-in.sh'),
      'utf8',
    ),
  });
  await node.run(
    'chmod 755 /usr/local/sbin/docker; cp /opt/serving-compare/lib/node/systemd/serving-compare-serving.service /etc/systemd/system/; systemctl daemon-reload',
  );
});

afterAll(async () => {
  aws.close();
  await emulator.stop();
});

const start = (Engine: string, sum = sums): Promise<CommandResult> =>
  node.run(`${COMMANDS}/start-serving.sh`, {
    SSM_Serving: SERVING,
    SSM_Engine: Engine,
    SSM_DelayMs: '',
    SSM_Model: `${RUN}/${sum}`,
  });

describe("a user's model on a serving node", () => {
  it('is not served if the bucket does not hold what was sent', async () => {
    const { code, stderr } = await start('noop', 'f'.repeat(64));

    expect(code).toBe(5);
    expect(stderr).toContain(`s3://${BUCKET}/runs/${RUN}/model/ is not what was sent`);
  });

  it('is what the server behind the no-op limit answers for, by its own name', async () => {
    const { code, stderr } = await start('noop');
    const infer = `http://${ADDRESS}:${manifestOf(SERVING).rest.port}/v2/models/two/infer`;
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
    const { code, stdout, stderr } = await start('onnx');
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
