import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestOf, portsOf } from '../../../serving-configs/index.ts';
import type { PreparedServings } from '../../../serving-configs/runtimes/node/prepared-servings.ts';
import { servingNodeFile } from './support/node-environment-file.ts';
import { SUPPORT, type Outcome } from './support/test-disk.ts';
import { bootTestMachine, type TestMachine } from './support/test-machine.ts';

jest.setTimeout(60_000);

const COMMANDS = '/opt/serving-compare/lib/node/commands';
const UNIT = 'serving-compare-serving.service';
const ADDRESS = '127.0.85.1';
const IMAGE = `example/one@sha256:${'0'.repeat(64)}`;
const { rest } = manifestOf('tfserving');

let machine: TestMachine;

beforeAll(async () => {
  machine = await bootTestMachine(async (disk) => {
    await disk.write(
      '/etc/serving-compare/node.env',
      servingNodeFile({
        SC_RUNTIME: 'container',
        SC_SERVINGS: 'tfserving,mms',
        SC_ADDRESS: ADDRESS,
      }),
    );
    const prepared: PreparedServings = {
      accelerator: 'cpu',
      model: { sha256: '0', weights: 'none', trained: false },
      servings: { tfserving: { image: IMAGE }, mms: { problem: 'its container ended' } },
    };
    await disk.write('/var/lib/serving-compare/servings.json', JSON.stringify(prepared));
    await disk.write('/container.ports', portsOf(manifestOf('tfserving')).join(' '));
    await disk.write(
      '/usr/local/bin/docker',
      readFileSync(join(SUPPORT, 'docker-stand-in.sh'), 'utf8'),
      0o755,
    );
    await disk.run(`cp /opt/serving-compare/lib/node/systemd/${UNIT} /etc/systemd/system/`);
  });
});

afterAll(() => machine.end());

const start = (Engine = 'onnx', DelayMs = '', serving = 'tfserving'): Promise<Outcome> =>
  machine.run(`${COMMANDS}/start-serving.sh`, {
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
  const calls = (await machine.disk.read('/docker.log')).trim().split('\n');
  await machine.disk.write('/docker.log', '');
  return calls.map((call) => call.split(' ')[0] ?? '');
};

describe('a serving in a container', () => {
  it('starts from the image that was prepared, and says which that is', async () => {
    const { exitCode, stdout, stderr } = await start();

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      serving: 'tfserving',
      engine: 'onnx',
      runtime: 'container',
      image: IMAGE,
    });
    expect(await machine.disk.read('/docker.log')).toContain(` ${IMAGE} `);
    expect(await answers()).toBe(true);
  });

  it('is stopped by Docker, and the unit does not count that as a failure', async () => {
    await dockerCalls();

    const { stdout } = await machine.run(
      `systemctl stop ${UNIT}; systemctl is-failed ${UNIT}; systemctl show --property Result --value ${UNIT}`,
    );

    expect(stdout).toBe('inactive\nsuccess\n');
    expect(await dockerCalls()).toEqual(['stop', 'rm']);
    expect(await answers()).toBe(false);
  });

  it('leaves no container behind where what started it is killed', async () => {
    await start();

    await machine.run(`systemctl kill --kill-whom main --signal KILL ${UNIT}; sleep 0.5`);

    expect((await dockerCalls()).at(-1)).toBe('rm');
    expect(await answers()).toBe(false);
  });

  it('is told from one whose container ends at once, with its last words', async () => {
    await machine.disk.write('/container-fails', '');

    const { exitCode, stderr } = await start();

    await machine.run('rm /container-fails');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('exit status 125');
    expect(stderr).toContain('CUDA driver version is insufficient');
  });

  it('does not start where the bootstrap could not make it ready, and says why', async () => {
    const { exitCode, stderr } = await start('onnx', '', 'mms');

    expect(exitCode).toBe(4);
    expect(stderr).toContain('mms is not available on this node: its container ended');
  });

  it('is looked at with all that was prepared', async () => {
    const { stdout } = await machine.run(`${COMMANDS}/inspect-serving.sh`, {
      SSM_FromMs: '',
      SSM_ToMs: '',
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
