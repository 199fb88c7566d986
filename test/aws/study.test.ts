import { existsSync, readdirSync } from 'node:fs';
import { chmod, copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measuredInStudy } from '../../serving-configs/index.ts';
import { copyProject } from '../support/project-copy.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { startEmulator, type CommandResult, type Emulator } from './support/emulator.ts';
import { mirrorK6, STUBS } from './support/operator.ts';
import { successOf } from './support/success.ts';
import { inTerminal, PLAIN } from './support/terminal.ts';

const MINUTE_MS = 60_000;

jest.setTimeout(20 * MINUTE_MS);

/** The commands in the README's section on AWS. */
const readCommands = async (): Promise<readonly string[]> => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const section = readme.slice(readme.indexOf('\n## On AWS\n'));
  return (/```sh\n(.*?)\n```/s.exec(section)?.[1] ?? '').split('\n');
};

/** Programs of nodes, with a Docker whose containers are simulated servers. */
const withDocker = async (): Promise<string> => {
  const folder = newFolder();
  await cp(STUBS, folder, { recursive: true });
  const docker = join(import.meta.dirname, 'support/docker-with-simulated-servers.sh');
  await copyFile(docker, join(folder, 'docker'));
  const unit = String.raw`[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n`;
  const dnf = `#!/bin/sh\nprintf '${unit}' >/etc/systemd/system/docker.service\nsystemctl daemon-reload\n`;
  await writeFile(join(folder, 'dnf'), dnf);
  for (const name of ['docker', 'dnf']) await chmod(join(folder, name), 0o755);
  return folder;
};

let emulator: Emulator;
let project: string;
let commands: readonly string[];
let k6: Awaited<ReturnType<typeof mirrorK6>>;

const configure = (options: Readonly<Record<string, unknown>>): Promise<void> =>
  writeFile(join(project, 'serving-compare.json'), JSON.stringify({ ...options, ...k6 }));

const run = (line: string): Promise<CommandResult> =>
  emulator.run('bash', inTerminal(line), {
    cwd: project,
    env: PLAIN,
    timeoutMs: 18 * MINUTE_MS,
  });

/** The types of the nodes that run. */
const runningTypes = async (): Promise<readonly string[]> => {
  const running = (await emulator.machines()).filter((machine) => machine.running);
  const boots = new Map((await emulator.boots()).map(({ instance, type }) => [instance, type]));
  return running.map(({ instance }) => boots.get(instance) ?? '').toSorted();
};
const runs = async (): Promise<unknown> => {
  const status = [join(project, 'bin/serving-compare.js'), 'status', '--json'];
  const { stdout } = await emulator.run(process.execPath, status, { cwd: project });
  return (JSON.parse(stdout) as { readonly runs: unknown }).runs;
};

beforeAll(async () => {
  commands = await readCommands();
  emulator = await startEmulator({ machines: true, stubs: await withDocker() });
  project = copyProject(newFolder());
  k6 = await mirrorK6(emulator);
});

afterAll(() => emulator.stop());

/** A study, from the first command to the last, and back by the CDK alone; each test depends on those before it. */
describe('the commands of the README on AWS', () => {
  beforeAll(async () => {
    await emulator.set({ capacity: 'g4dn.xlarge@us-east-1a' });
    await configure({ runtime: 'simulated', servings: measuredInStudy.slice(0, 1) });
  });

  it('start by listing what is missing', async () => {
    expect(commands).toHaveLength(3);
    const { code, stdout } = await run(commands[0] ?? '');

    expect(code).toBe(1);
    expect(stdout).toContain('npx cdk bootstrap');
    successOf(await run('npx cdk bootstrap'));
  });

  it('ask once, deploy into a zone with capacity, make a quick run, and start the study', async () => {
    const { stdout } = successOf(await run(commands[1] ?? ''));
    const steps = stdout.matchAll(/^\$ npx serving-compare (.*?)(?: --run-id \S+)?\r?$/gm);

    expect(Array.from(steps, ([, words]) => words)).toEqual([
      'doctor',
      'deploy --yes',
      'run --on aws --profile quick --repeats 3',
      'run --on aws --profile replicate-2021 --detach',
    ]);
    expect(stdout.match(/\[y\/N\]/g)).toHaveLength(1);
    const [before = '', after = ''] = stdout.split('[y/N]');
    // Time, price and end, before the question.
    const told = /\b(\d+) h \d\d min: [^]*\$(\d+\.\d\d): [^]*\b(\d+) hours after\b/.exec(before);
    const [hours = 0, usd = 0, end = 0] = told?.slice(1).map(Number) ?? [];
    expect(hours).toBeGreaterThan(1);
    expect(usd / hours).toBeGreaterThan(0.7);
    expect(usd / (hours + 1)).toBeLessThan(0.75);
    expect(end).toBe(18);
    const zones = after.matchAll(/^trying pair 1 in (\S+)\r?$/gm);
    expect(Array.from(zones, ([, zone]) => zone)).toEqual(['us-east-1b']);
    const nodeSteps = after.matchAll(/^pair 1 serving: step (\S+)\r?$/gm);
    expect(Array.from(nodeSteps, ([, step]) => step)).toContain('node');
    expect(await runs()).toMatchObject([
      { state: 'completed', profile: 'quick' },
      { state: 'running', profile: 'replicate-2021' },
    ]);
    expect(await runningTypes()).toEqual(['c5n.xlarge', 'g4dn.xlarge']);
  });

  it('delete nothing while the study goes on, and say what to do', async () => {
    const { code, stdout } = await run(commands[2] ?? '');

    expect(code).toBe(2);
    expect(/\bcancel (\S+)/.exec(stdout)?.[1]).toMatch(/-replicate-2021$/);
    expect(await runningTypes()).toEqual(['c5n.xlarge', 'g4dn.xlarge']);
  });

  it('leave only the results, here, even if a node has vanished in the middle of the study', async () => {
    const boots = await emulator.boots();
    const middleware = boots.findLast(({ type }) => type === 'c5n.xlarge')?.instance ?? '';
    const ids = `--instance-ids=${middleware}`;
    successOf(await emulator.run('aws', ['ec2', 'terminate-instances', ids]));
    // Its exit code says that nothing is left.
    successOf(await run(commands[2] ?? ''));
    const [trial = ''] = readdirSync(join(project, 'results')).filter((id) => id.endsWith('trial'));

    expect(existsSync(join(project, 'results', trial, 'report.html'))).toBe(true);
    expect(await runningTypes()).toEqual([]);
  });

  it('are not needed: the CDK alone deploys, and destroys', async () => {
    await emulator.set({ capacity: '' });
    successOf(await run('npx cdk deploy --all'));
    const between = await runningTypes();
    successOf(await run('npx cdk destroy --all'));

    expect(between).toEqual(['c5n.xlarge', 'g4dn.xlarge']);
    expect(await runningTypes()).toEqual([]);
  });
});

/** Nodes with containers on the CPU, which need no driver. Each test depends on those before it. */
describe('a deployment that cannot start every serving', () => {
  beforeAll(() =>
    configure({
      name: 'lacking',
      servingInstanceType: 'm5.xlarge',
      weights: 'random',
      servings: ['triton_onnx', 'ovms', 'kserve'],
      images: { ovms: 'example/nothing:1', kserve: 'example/broken:1' },
    }),
  );

  it('names them with their reasons', async () => {
    const { stdout } = successOf(await run('npx serving-compare deploy'));
    const reasons = stdout.matchAll(/^pair 1 cannot start (\w+): (.*?)\r?$/gm);
    const told = new Map(Array.from(reasons, ([, serving, reason = '']) => [serving, reason]));

    // An image tag that does not exist, and a container that fails its test.
    expect(new Set(told.keys())).toEqual(new Set(['kserve', 'ovms']));
    expect(told.get('ovms')).toContain('example/nothing:1');
    expect(told.get('kserve')).toContain('CUDA');
    const tried = /^pair 1 serving: triton_onnx: ready .*: (.*?)\r?$/m.exec(stdout)?.[1];
    expect(tried?.split(', ')).toContain('tensor');
  });

  it('starts no study without them, unless its user names the others', async () => {
    const status = await run('npx serving-compare status');
    const study = 'npx serving-compare run --on aws --profile replicate-2021 --detach';
    const refused = await run(study);
    const named = await run(`${study} --servings triton_onnx --run-id named`);
    const cancelled = await run('npx serving-compare cancel named');

    for (const { stdout } of [status, refused, named]) {
      expect(stdout.match(/^pair 1 cannot start \w+: /gm)).toHaveLength(2);
    }
    expect([refused, named, cancelled].map(({ code }) => code)).toEqual([2, 0, 0]);
    expect(/--servings (\S+);/.exec(refused.stdout)?.[1]).toBe('triton_onnx');
  });

  it('is removed like any other', async () => {
    expect(await run('npx serving-compare finish')).toMatchObject({ code: 0 });
    expect(await runningTypes()).toEqual([]);
  });
});
