import { once } from 'node:events';
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import { startEmulator, type CommandResult, type Emulator } from '../aws/support/emulator.ts';
import { mirrorK6, STUBS } from '../aws/support/operator.ts';
import { successOf } from '../aws/support/success.ts';
import { inTerminal, PLAIN } from '../aws/support/terminal.ts';
import { isCompleted } from '../support/recorded-run.ts';
import { createBridge, type Bridge } from './support/bridge.ts';
import { dockerEnvironment } from './support/docker-environment.ts';

const MINUTE_MS = 60_000;

jest.setTimeout(20 * MINUTE_MS);

const ROOT = join(import.meta.dirname, '../..');
const { prefix } = dockerEnvironment();
/** An image that does not exist, and one without a server. */
const BROKEN = {
  bentoml: `${prefix}/nothing:1`,
  litserve: `${prefix}/library/python:3.11-slim-bookworm`,
};
/** One image that is pulled, whose model is built in it, and one that is built. */
const WORKING = ['torchserve', 'flask'];

/** The folders and files of this project that a deployment and a run need. */
const CLONED = ['bin', 'lib', 'middleware', 'serving-configs', 'k6'];
const CLONED_FILES = ['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE'];

/**
 * Nodes without a GPU, each with a real Docker daemon: they pull and build images, build models and try each container. The
 * configuration replaces what cannot be downloaded: the registry, the weights, k6.
 */
describe('the commands on AWS, with containers', () => {
  let bridge: Bridge;
  let folder: string;
  let emulator: Emulator;
  const clone = (): string => join(folder, 'clone');

  const run = (line: string): Promise<CommandResult> =>
    emulator.run('bash', inTerminal(line), {
      cwd: clone(),
      env: PLAIN,
      timeoutMs: 20 * MINUTE_MS,
    });
  const isRunning = async () => (await emulator.machines()).some(({ running }) => running);
  const bootstrapLog = async (): Promise<string> => {
    const [serving] = await emulator.boots();
    const path = '/var/log/serving-compare-bootstrap.log';
    return (await emulator.machineFile(serving?.instance ?? '', path)) ?? '';
  };

  beforeAll(async () => {
    bridge = await createBridge({ reachesOut: true });
    folder = await mkdtemp(join(tmpdir(), 'nodes-'));
    // Without the stub of nvidia-smi.
    const stubs = join(folder, 'stubs');
    for (const name of ['dnf', 'sysctl']) {
      await cp(join(STUBS, name), join(stubs, name), { recursive: true });
    }
    for (const name of CLONED) {
      await cp(join(ROOT, name), join(clone(), name), { recursive: true });
    }
    for (const name of CLONED_FILES) await copyFile(join(ROOT, name), join(clone(), name));
    await symlink(join(ROOT, 'node_modules'), join(clone(), 'node_modules'));
    // The packages of nodes, which have been installed for the stand-ins.
    await mkdir(join(clone(), '.cache'));
    await symlink(join(ROOT, '.cache/archives'), join(clone(), '.cache/archives'));
    const { PIP_CERT, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS } = process.env;
    const certificates = Object.entries({ PIP_CERT, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS });
    emulator = await startEmulator({
      machines: true,
      stubs,
      docker: { options: `--bridge=${bridge.name}`, disks: join(folder, 'disks') },
      execEnv: Object.fromEntries(certificates.flatMap(([k, v]) => (v ? [[k, v]] : []))),
    });
    const configuration = {
      servingInstanceType: 'm5.xlarge',
      servings: [...WORKING, ...Object.keys(BROKEN)],
      images: BROKEN,
      registry: prefix,
      weights: 'lite0',
      ...(await mirrorK6(emulator)),
    };
    await writeFile(join(clone(), 'serving-compare.json'), JSON.stringify(configuration));
  });

  afterAll(async () => {
    await emulator.stop();
    await bridge.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('deploy nodes that pull, build and try their containers, and start no study without those that failed', async () => {
    successOf(await run('npx cdk bootstrap'));
    const { stdout } = successOf(await run('npx serving-compare deploy'));
    const refused = await run('npx serving-compare run --on aws --profile replicate-2021');
    const log = await bootstrapLog();

    expect(refused.code).toBe(2);
    for (const serving of Object.keys(BROKEN)) {
      expect(stdout).toMatch(new RegExp(`^pair 1 cannot start ${serving}: \\w`, 'm'));
    }
    expect(refused.stdout).toContain(`--servings ${WORKING.join(',')};`);
    expect(log).toContain(' /opt/dlami/nvme/docker');
    for (const serving of WORKING) {
      expect(log).toMatch(new RegExp(`${serving}: ready after .* on the cpu, answers as the`));
    }
    expect(log).toMatch(/\bbentoml .*\bnothing:1: /);
    expect(log).toMatch(/\blitserve .*: .*\bended\b/);
  });

  it('start a study without them if asked to, which continues by itself and can be cancelled', async () => {
    const line = `npx serving-compare run --on aws --profile replicate-2021 --servings ${WORKING.join(',')} --end-nodes`;
    const child = spawn('bash', [...inTerminal(line)], {
      cwd: clone(),
      env: { ...emulator.env, ...PLAIN },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => (printed += String(text)));
    }
    const measures = /pair 1: \[\d+\/[1-9]\d*\] (?!running)/;
    const deadline = Date.now() + 5 * MINUTE_MS;
    while (!measures.test(printed)) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`no pair measures:\n${printed}`);
      }
      await sleep(1000);
    }
    const { stdout } = successOf(await run('npx serving-compare status --json'));
    const { runs } = JSON.parse(stdout.replaceAll(/^y\r?$/gm, '')) as {
      runs: { runId: string; state: string; profile: string }[];
    };
    expect(runs).toMatchObject([{ state: 'running' }]);
    successOf(await run(`npx serving-compare cancel ${runs[0]?.runId}`));
    if (child.exitCode === null) await once(child, 'close');

    expect(await isRunning()).toBe(true);
  });

  it('reach the processes inside a container', async () => {
    const faults = '--servings flask --payloads image --faults kill-worker';
    const small = '--run-id faults --levels 1 --repeats 1 --duration 6s';
    await run(`npx serving-compare run --on aws --profile stability ${faults} ${small}`);
    const { records } = await readRunFolder(join(clone(), 'results/faults'));
    const tests = records.filter(isCompleted).flatMap(({ stability }) => stability ?? []);

    expect(tests).toMatchObject([
      { fault: 'nothing' },
      // gunicorn replaces the worker.
      { fault: 'kill-worker', answersAgain: true },
    ]);
  });

  it('record digests, weights and accelerators in the results', async () => {
    const small = '--run-id small --scenarios warm --levels 1 --repeats 1 --duration 2s --warmup 0';
    const { code, stdout } = await run(
      `npx serving-compare run --on aws ${small} --noop-limits none --end-nodes`,
    );
    // 1 if the shared machine limits the measurements, which the report then tells.
    if (code !== 0 && code !== 1) throw new Error(stdout);
    const { environment, plan, records } = await readRunFolder(join(clone(), 'results/small'));
    const { served, leftOut, model } = plan;
    const measurements = records.filter((record) => record.kind === 'measurement');

    expect(stdout.replaceAll('\n', ' ')).toMatch(/Compared: .*\bCPU\b.*\bAWS\b/);
    expect(environment.aws).toMatchObject({
      accelerator: 'cpu',
      weights: expect.stringContaining('EfficientNet-Lite0'),
      images: {
        torchserve: expect.stringMatching(/torchserve@sha256:[0-9a-f]{64}$/),
        flask: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    });
    expect(served).toMatchObject({ torchserve: { real: true, accelerator: 'cpu' } });
    expect(leftOut?.map(({ serving }) => serving).toSorted()).toEqual(Object.keys(BROKEN));
    expect(model.weights).toBe('trained');
    expect(new Set(measurements.map(({ measurement }) => measurement.target.serving))).toEqual(
      new Set(WORKING),
    );
    expect(measurements.filter(({ state }) => state !== 'completed')).toEqual([]);
  });

  it('fetch the logs of nodes that ended, and leave nothing behind', async () => {
    const { code, stdout } = await run('npx serving-compare finish');
    const logs = await readdir(join(clone(), 'results/small/objects/pair-1/logs'));

    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(logs.toSorted()).toEqual(['middleware', 'serving']);
  });
});
