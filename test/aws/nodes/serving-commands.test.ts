import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ServingDisturbed,
  ServingReady,
  ServingState,
} from '../../../lib/aws/contract/serving-state.ts';
import { readCpuState } from '../../../lib/aws/node/system/machine.ts';
import { manifestOf, RESNET50, servingFactsOf } from '../../../serving-configs/index.ts';
import type { CommandResult, Emulator } from '../support/emulator.ts';
import { bootNode, COMMANDS, startMachines, type MachineNode } from '../support/machine-node.ts';
import { servingNodeFile } from './support/node-environment-file.ts';

const UNIT = 'serving-compare-serving.service';
/** A loopback address, since machines share the host's network and its ports. */
const ADDRESS = '127.0.83.1';
const healthUrl = `http://${ADDRESS}:${servingFactsOf('torchserve').health.port}${manifestOf('torchserve', RESNET50).health.path}`;

let emulator: Emulator;
let node: MachineNode;

beforeAll(async () => {
  emulator = await startMachines();
  node = await bootNode(emulator, {
    '/etc/serving-compare/node.env': servingNodeFile({
      SC_ADDRESS: ADDRESS,
      SC_INSTANCE_ID: 'i-0123456789abcdef0',
      SC_INSTANCE_TYPE: 'g4dn.xlarge',
      SC_AVAILABILITY_ZONE: 'eu-west-1a',
    }),
  });
  await node.run(
    `cd /opt/serving-compare/lib/aws/node/systemd; cp ${UNIT} serving-compare-sampler.service /etc/systemd/system/; systemctl daemon-reload; systemctl start serving-compare-sampler.service`,
  );
});

afterAll(() => emulator.stop());

const start = (Serving: string, Engine = 'noop', DelayMs = ''): Promise<CommandResult> =>
  node.run(`bash ${COMMANDS}/start-serving.sh`, {
    SSM_Serving: Serving,
    SSM_Engine: Engine,
    SSM_DelayMs: DelayMs,
  });

const inspect = async (from = '', to = '', parts = ''): Promise<ServingState> => {
  const { stdout } = await node.run(`bash ${COMMANDS}/inspect-serving.sh`, {
    SSM_FromMs: from,
    SSM_ToMs: to,
    SSM_Parts: parts,
  });
  return JSON.parse(stdout) as ServingState;
};

/** The packets above the allowances of the network in the next seconds. */
const packetsInWindow = async () => {
  const fromMs = Date.now();
  await sleep(2500);
  return (await inspect(String(fromMs), String(Date.now()))).figures?.packetsOver;
};

/** Long enough for a busy machine to start a program. */
const LEAD_MS = 5000;

const disturb = (fault: string, atMs: number, forMs: number): Promise<CommandResult> =>
  node.run(`bash ${COMMANDS}/disturb-serving.sh`, {
    SSM_Fault: fault,
    SSM_AtMs: String(atMs),
    SSM_ForMs: String(forMs),
  });

const statusOf = async (): Promise<number | undefined> =>
  fetch(healthUrl).then(
    ({ status }) => status,
    () => undefined,
  );

/** Replaces the unit's command until {@link restoreUnit}. */
const letUnitRun = async (command: string): Promise<void> => {
  await node.write('/opt/other.sh', `#!/bin/sh\n${command}\n`, '755');
  await node.run(`
    mkdir -p /run/systemd/system/${UNIT}.d
    printf '[Service]\\nExecStart=\\nExecStart=/opt/other.sh\\n' >/run/systemd/system/${UNIT}.d/other.conf
    systemctl daemon-reload`);
};

const restoreUnit = async (): Promise<void> => {
  await node.run(`rm -r /run/systemd/system/${UNIT}.d; systemctl daemon-reload`);
};

describe('the documents of a serving node', () => {
  it('report no serving before one was started', async () => {
    expect(await inspect()).toMatchObject({ state: 'inactive' });
    expect((await inspect()).serving).toBeUndefined();
    expect((await node.run(`bash ${COMMANDS}/stop-serving.sh`)).code).toBe(0);
  });

  it('start a serving that computes and return when it answers on the address of the node', async () => {
    const { code, stdout, stderr } = await start('torchserve', 'onnx');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const ready = JSON.parse(stdout) as ServingReady;
    expect(ready).toEqual({
      serving: 'torchserve',
      engine: 'onnx',
      runtime: 'simulated',
      timeToReadyMs: expect.any(Number),
    });
    expect(ready.timeToReadyMs).toBeGreaterThan(50);
    expect(await statusOf()).toBe(200);
  });

  it('report what runs, and on what machine', async () => {
    const { stdout } = await node.run('uname -r');

    const state = await inspect();

    expect(state).toMatchObject({
      serving: 'torchserve',
      state: 'active',
      node: {
        instanceId: 'i-0123456789abcdef0',
        instanceType: 'g4dn.xlarge',
        bootstrapVersion: 'b'.repeat(64),
        machine: { kernel: stdout.trim() },
      },
    });
    expect(state.lastLines).toBeUndefined();
  });

  it('report what the node used in a window, once the sample that closes it exists', async () => {
    const fromMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const toMs = Date.now();

    const { figures, memory } = await inspect(String(fromMs), String(toMs), '2');

    expect(figures?.samples).toBeGreaterThanOrEqual(1);
    expect(figures?.samples).toBeLessThanOrEqual(3);
    expect(figures?.cpuBusyShare).toBeGreaterThan(0);
    expect(figures?.cpuBusyShare).toBeLessThanOrEqual(1);
    expect(figures?.memoryUsedBytes).toBeGreaterThan(1e8);
    expect(figures?.cpuState?.after).toEqual(await readCpuState());
    expect(figures?.cpuState?.before).toEqual(figures?.cpuState?.after);
    expect(memory?.map(({ usedBytes = 0 }) => usedBytes > 1e8)).toEqual([true, true]);
  });

  it('report the packets that exceeded an allowance of the network in a window', async () => {
    const before = await packetsInWindow();
    await node.run('touch /network-is-full');
    const during = await packetsInWindow();
    await node.run('rm /network-is-full');

    expect(before).toEqual({});
    expect(during?.['bandwidth-out']).toBeGreaterThan(0);
  });

  it('replace one serving by another', async () => {
    const { stdout } = await start('tfserving');

    expect(JSON.parse(stdout)).toMatchObject({ serving: 'tfserving', engine: 'noop' });
    expect(await statusOf()).toBeUndefined();
    expect((await inspect()).serving).toBe('tfserving');
  });

  it('pause its process at a given moment, and let it continue', async () => {
    await start('torchserve');
    const atMs = Date.now() + LEAD_MS;
    const disturbing = disturb('pause-worker', atMs, 6000);
    await sleep(atMs + 3000 - Date.now());
    const answer = statusOf();
    const { code, stdout, stderr } = await disturbing;

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { atMs: doneMs } = JSON.parse(stdout) as ServingDisturbed;
    expect(doneMs).toBeGreaterThanOrEqual(atMs);
    expect(doneMs).toBeLessThan(atMs + 3000);
    expect(await answer).toBe(200);
    // The answer came only after the pause.
    expect(Date.now()).toBeGreaterThan(doneMs + 5900);
    expect(await inspect()).toMatchObject({ state: 'active' });
  });

  it('kill its process at a given moment, but not long after it', async () => {
    const late = await disturb('kill-worker', Date.now() - 60_000, 1000);
    const before = await statusOf();
    const { code } = await disturb('kill-worker', Date.now() + LEAD_MS, 1000);

    expect(late.code).not.toBe(0);
    expect(late.stderr).toContain('too late');
    expect(before).toBe(200);
    expect(code).toBe(0);
    expect(await inspect()).toMatchObject({ state: 'failed' });
  });

  it('report a serving that died, and do not restart it', async () => {
    await start('torchserve');
    await node.run(`systemctl kill --signal KILL ${UNIT}; sleep 0.3`);

    expect(await inspect()).toMatchObject({ serving: 'torchserve', state: 'failed' });
    expect(await statusOf()).toBeUndefined();
  });

  it('stop a serving, even one that is already stopped', async () => {
    await start('torchserve');

    for (let times = 0; times < 2; times += 1) {
      const { code, stdout } = await node.run(`bash ${COMMANDS}/stop-serving.sh`);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '{"state":"inactive"}\n' });
    }
    expect(await statusOf()).toBeUndefined();
    expect(await inspect()).toMatchObject({ serving: 'torchserve', state: 'inactive' });
  });

  it('end at once with the last lines of a serving that dies before it is ready', async () => {
    await letUnitRun('echo "out of memory on the GPU" >&2; sleep 0.3; exit 7');
    const startedAt = performance.now();

    const { code, stdout, stderr } = await start('torchserve');

    await restoreUnit();
    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'error: TorchServe ended before it was ready (exit-code, exit status 7)\n' +
        'Its last lines:\nout of memory on the GPU\n',
    );
    expect(performance.now() - startedAt).toBeLessThan(120_000);
  });

  it('tell a serving that cannot listen apart from one that is ready', async () => {
    await node.run(`sed -i s/${ADDRESS}/192.0.2.1/ /etc/serving-compare/node.env`);

    const { code, stderr } = await start('torchserve');

    await node.run(`sed -i s/192.0.2.1/${ADDRESS}/ /etc/serving-compare/node.env`);
    expect(code).toBe(4);
    expect(stderr).toMatch(/ 192\.0\.2\.1:8080\b/);
  });

  it('stop a serving that is not ready within the time limit of its manifest', async () => {
    await letUnitRun('echo "still loading"; exec sleep 1000');
    const limit = servingFactsOf('torchserve').startTimeoutSeconds;
    const manifest = '/opt/serving-compare/serving-configs/platforms/torchserve/manifest.ts';
    const text = await node.read(manifest);
    await node.write(
      manifest,
      text.replace(`startTimeoutSeconds: ${limit}`, 'startTimeoutSeconds: 2'),
    );

    const { code, stderr } = await start('torchserve');

    await node.write(manifest, text);
    await restoreUnit();
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^error: TorchServe .* 2 s; \/ping .*ECONNREFUSED.*\n.*:\nstill loading\n$/,
    );
    expect((await inspect()).state).not.toBe('active');
  });
});
