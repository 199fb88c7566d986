import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestOf, portsOf } from '../../../serving-configs/index.ts';
import type { PreparedServings } from '../../../serving-configs/runtimes/node/prepared-servings.ts';
import type { CommandResult, Emulator } from '../support/emulator.ts';
import { bootNode, COMMANDS, startMachines, type MachineNode } from '../support/machine-node.ts';
import { servingNodeFile } from './support/node-environment-file.ts';

jest.setTimeout(60_000);

const UNIT = 'serving-compare-serving.service';
const ADDRESS = '127.0.85.1';
const IMAGE = `example/one@sha256:${'0'.repeat(64)}`;
const { rest } = manifestOf('tfserving');
const prepared: PreparedServings = {
  accelerator: 'cpu',
  model: { sha256: '0', weights: 'none', trained: false },
  servings: { tfserving: { image: IMAGE }, mms: { problem: 'its container ended' } },
};

let emulator: Emulator;
let node: MachineNode;

beforeAll(async () => {
  emulator = await startMachines();
  node = await bootNode(emulator, {
    '/etc/serving-compare/node.env': servingNodeFile({
      SC_RUNTIME: 'container',
      SC_SERVINGS: 'tfserving,mms',
      SC_ADDRESS: ADDRESS,
    }),
    '/var/lib/serving-compare/servings.json': JSON.stringify(prepared),
    '/container.ports': portsOf(manifestOf('tfserving')).join(' '),
    '/usr/local/sbin/docker': readFileSync(
      join(import.meta.dirname, 'support/docker-stand-in.sh'),
      'utf8',
    ),
  });
  await node.run(
    `chmod 755 /usr/local/sbin/docker; cp /opt/serving-compare/lib/node/systemd/${UNIT} /etc/systemd/system/; systemctl daemon-reload`,
  );
});

afterAll(() => emulator.stop());

const start = (Engine = 'onnx', DelayMs = '', serving = 'tfserving'): Promise<CommandResult> =>
  node.run(`${COMMANDS}/start-serving.sh`, {
    SSM_Serving: serving,
    SSM_Engine: Engine,
    SSM_DelayMs: DelayMs,
  });

const answers = async (): Promise<boolean> =>
  fetch(`http://${ADDRESS}:${rest.port}/`).then(
    () => true,
    () => false,
  );

const dockerCalls = async (): Promise<readonly string[]> => {
  const calls = (await node.read('/docker.log')).trim().split('\n');
  await node.write('/docker.log', '');
  return calls.map((call) => call.split(' ')[0] ?? '');
};

describe('a serving in a container', () => {
  it('starts from the image that was prepared', async () => {
    const { code, stdout, stderr } = await start();

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      serving: 'tfserving',
      engine: 'onnx',
      runtime: 'container',
    });
    expect(await node.read('/docker.log')).toContain(` ${IMAGE} `);
    expect(await answers()).toBe(true);
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

  it('leaves no container behind where what started it is killed', async () => {
    await start();

    await node.run(`systemctl kill --kill-whom main --signal KILL ${UNIT}; sleep 0.5`);

    expect((await dockerCalls()).at(-1)).toBe('rm');
    expect(await answers()).toBe(false);
  });

  it('is told from one whose container ends at once, with its last words', async () => {
    await node.write('/container-fails', '');

    const { code, stderr } = await start();

    await node.run('rm /container-fails');
    expect(code).toBe(4);
    expect(stderr).toContain('exit status 125');
    expect(stderr).toContain('CUDA driver version is insufficient');
  });

  it('does not start where the bootstrap could not make it ready, and says why', async () => {
    const { code, stderr } = await start('onnx', '', 'mms');

    expect(code).toBe(4);
    expect(stderr).toContain('mms is not available on this node: its container ended');
  });

  it('is looked at with all that was prepared', async () => {
    const { stdout } = await node.run(`${COMMANDS}/inspect-serving.sh`, {
      SSM_FromMs: '',
      SSM_ToMs: '',
      SSM_Parts: '',
    });

    expect(JSON.parse(stdout)).toMatchObject({
      prepared: { servings: { tfserving: { image: IMAGE }, mms: { problem: expect.any(String) } } },
    });
  });

  it.each([
    ['the no-op limit', 'noop', ''],
    ['a known latency', 'delay', '25'],
  ])('is the simulated server where %s is measured', async (_, engine, delayMs) => {
    await dockerCalls();

    const { stdout } = await start(engine, delayMs);

    expect(JSON.parse(stdout)).toMatchObject({ engine, runtime: 'simulated' });
    expect(await dockerCalls()).not.toContain('run');
    expect(await answers()).toBe(true);
  });
});
