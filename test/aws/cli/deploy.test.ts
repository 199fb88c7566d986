import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printedCommands } from '../../support/bench-cli.ts';
import { copyProject } from '../../support/project-copy.ts';
import { readUntil } from '../../support/read-until.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { startEmulator, type CommandResult, type Emulator } from '../support/emulator.ts';

let emulator: Emulator;
/** A copy of this project, with its own configuration. */
let project: string;

const program = async (file: string, args: readonly string[]): Promise<CommandResult> =>
  emulator.run(join(project, file), args, {
    cwd: project,
    timeoutMs: 240_000,
  });

const cdk = async (...args: readonly string[]): Promise<CommandResult> => {
  const result = await program('node_modules/.bin/cdk', [...args, '--no-notices', '--no-ci']);
  if (result.code !== 0) throw new Error(result.stderr);
  return result;
};

const bench = (...args: readonly string[]): Promise<CommandResult> =>
  program('bin/serving-compare.js', args);

beforeAll(async () => {
  emulator = await startEmulator();
  project = copyProject(newFolder());
  await cdk('bootstrap', 'aws://123456789012/us-east-1', 'aws://123456789012/eu-central-1');
});

afterAll(() => emulator.stop());

const deploy = (file: string, ...args: readonly string[]): Promise<CommandResult> =>
  bench('deploy', '--config', file, ...args, '--', '--require-approval', 'never');

const configured = (options: Readonly<Record<string, unknown>>): string => {
  const file = join(newFolder(), 'c.json');
  writeFileSync(file, JSON.stringify(options));
  return file;
};

/** The tests depend on one another: what one deploys, the next finds. */
describe('serving-compare deploy', () => {
  it('deploys nothing if it cannot ask first', async () => {
    const { code, stderr } = await bench('deploy', '--config', configured({ name: 'dry' }));

    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  });

  it('explains the failure if no other zone may be tried, and leaves the configuration unchanged', async () => {
    await emulator.set({ capacity: 'g4dn.xlarge@us-east-1a' });
    const options = { name: 'dry', availabilityZone: 'us-east-1a' };
    const file = configured(options);
    const { code, stderr } = await deploy(file);

    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: dry-pair-1: .*\bg4dn\.xlarge\b/m);
    expect(stderr).toContain('otherAvailabilityZones');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(options);
  });

  it('tries zones that offer both types if none is named, and moves only the pair without capacity', async () => {
    await emulator.set({
      unoffered: 'g4dn.xlarge@us-east-1a,c5n.xlarge@us-east-1c',
      capacity: 'g4dn.xlarge/spot@us-east-1b:1',
    });
    const options = { name: 'two', pairs: 2, spot: true };
    const file = configured(options);
    const first = await deploy(file, '--json');
    const { pairs } = JSON.parse(first.stdout) as {
      readonly pairs: readonly { readonly pair: number; readonly availabilityZone: string }[];
    };
    const moved = pairs.find(({ availabilityZone }) => availabilityZone === 'us-east-1d')?.pair;

    expect(first.code).toBe(0);
    expect(pairs.map(({ availabilityZone }) => availabilityZone).toSorted()).toEqual([
      'us-east-1b',
      'us-east-1d',
    ]);
    const moves = first.stderr.matchAll(/^(?:trying )?pair (\d) in (us-east-1\w)(?:: .*(Spot))?/gm);
    expect(Array.from(moves, ([, ...told]) => told)).toEqual([
      [String(moved), 'us-east-1b', 'Spot'],
      [String(moved), 'us-east-1d', undefined],
    ]);
    expect(JSON.parse(first.stdout)).toMatchObject({
      usdPerHour: expect.any(Number) as unknown,
      deadline: expect.any(String) as unknown,
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(options);

    // The stacks remember the zones of their nodes.
    const again = await cdk(
      'deploy',
      '--all',
      '-c',
      `config=${file}`,
      '--require-approval',
      'never',
    );
    expect(again.stderr.match(/two-pair-\d \(no changes\)/g)).toHaveLength(2);

    // CloudFormation does not know that a node has ended.
    const [ended] = await nodesOf('two', 2);
    await emulator.run('aws', ['ec2', 'terminate-instances', `--instance-ids=${ended}`]);
    const mended = await bench('deploy', '--config', file, '--yes');
    const after = await nodesOf('two', 2);

    expect(mended).toMatchObject({ code: 0 });
    expect(after).toHaveLength(2);
    expect(after).not.toContain(ended);
    expect(await bench('finish', '--config', file)).toMatchObject({ code: 0 });
  });
});

describe('serving-compare deploy with credentials that expire', () => {
  it('says that AWS goes on with the deployment, and what to do next', async () => {
    const file = configured({ name: 'expiring' });
    const deploying = deploy(file);
    await readUntil(
      () => emulator.run('aws', describeStack('expiring-base')),
      ({ code }) => code === 0,
      120_000,
    );
    await emulator.set({ expired: 'cloudformation:*' });
    const { code, stderr } = await deploying;
    await emulator.set({ expired: '' });

    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*\bexpired\b/m);
    expect(printedCommands(stderr)).toEqual(['npx serving-compare deploy']);
    expect(await bench('finish', '--config', file)).toMatchObject({ code: 0 });
  });
});

const describeStack = (name: string): readonly string[] => [
  'cloudformation',
  'describe-stacks',
  `--stack-name=${name}`,
];

/** The ids of the running nodes of a pair. */
const nodesOf = async (name: string, pair: number): Promise<readonly string[]> => {
  const { stdout } = await emulator.run('aws', [
    'ec2',
    'describe-instances',
    '--filters',
    `Name=tag:deployment,Values=${name}`,
    `Name=tag:pair,Values=${pair}`,
    'Name=instance-state-name,Values=running',
    '--query=Reservations[].Instances[].InstanceId',
    '--output=json',
  ]);
  return JSON.parse(stdout) as readonly string[];
};

/** Creates a stack as the CDK does, of a resource that cannot be created. */
const failStack = (name: string): Promise<CommandResult> => {
  const template = JSON.stringify({ Resources: { Any: { Type: 'AWS::None::None' } } });
  const changeSet = `--stack-name ${name} --change-set-name any`;
  return emulator.run('bash', [
    '-c',
    `aws cloudformation create-change-set ${changeSet} --change-set-type CREATE --template-body '${template}' && aws cloudformation execute-change-set ${changeSet}`,
  ]);
};

describe('serving-compare finish', () => {
  it('has nothing to do if nothing is deployed', async () => {
    const { code, stdout } = await bench('finish', '--config', configured({ name: 'none' }));

    expect(code).toBe(0);
    expect(stdout).toBe('nothing is left of "none" in us-east-1\n');
  });

  it('removes a base stack that failed, from which nothing can be fetched', async () => {
    await failStack('failed-base');
    const file = configured({ name: 'failed' });
    const before = await bench('leftovers', '--config', file);
    const { code, stderr } = await bench('finish', '--config', file);

    expect(before.stdout).toMatch(/^stack +failed-base +ROLLBACK_COMPLETE\b/m);
    expect(stderr).toMatch(/\bfetch: "failed"/);
    expect(code).toBe(0);
  });
});

const deployAll = (): Promise<CommandResult> =>
  cdk('deploy', '--all', '--require-approval', 'never');

const nodes = async (): Promise<unknown> => {
  const { stdout } = await emulator.run('aws', [
    'ec2',
    'describe-instances',
    '--region=eu-central-1',
    '--filters=Name=instance-state-name,Values=running',
    '--query=Reservations[].Instances[].[InstanceId,InstanceType,Placement.AvailabilityZone]',
    '--output=json',
  ]);
  return JSON.parse(stdout);
};

/** The tests depend on one another: what one deploys, the next finds. */
describe('cdk deploy --all in a region whose zone a offers no GPU', () => {
  beforeAll(async () => {
    await emulator.set({ unoffered: 'g5.xlarge@eu-central-1a', capacity: '' });
    const options = {
      region: 'eu-central-1',
      servingInstanceType: 'g5.xlarge',
      middlewareInstanceType: 'm7i.large',
    };
    writeFileSync(join(project, 'serving-compare.json'), JSON.stringify(options));
  });

  it('deploys into the next zone, ready for a run', async () => {
    const { stderr } = await deployAll();
    const run = await bench('run', '--on', 'aws', '--detach', '--run-id', 'first');

    expect(stderr).toMatch(/\bprices\.json\b.*\beu-central-1\b/);
    expect(await nodes()).toEqual([
      [expect.any(String), 'g5.xlarge', 'eu-central-1b'],
      [expect.any(String), 'm7i.large', 'eu-central-1b'],
    ]);
    expect(run).toMatchObject({ code: 0 });
    expect(await emulator.commands()).toHaveLength(1);
  });

  it('leaves existing nodes alone if newer images exist or an earlier zone offers their types', async () => {
    const before = await nodes();
    await emulator.set({ imageRelease: 'next', unoffered: '' });
    const { stderr } = await deployAll();

    expect(stderr).toMatch(/serving-compare-pair-1 \(no changes\)/);
    expect(await nodes()).toEqual(before);
  });

  it('cannot be deployed, but can be destroyed, if EC2 does not say which zones offer the types', async () => {
    await emulator.set({ deny: 'ec2:DescribeInstanceTypeOfferings' });

    await expect(deployAll()).rejects.toThrow(/\bavailabilityZone\b/);
    expect(await nodes()).not.toEqual([]);

    await cdk('destroy', 'serving-compare-pair-1', '--force');

    expect(await nodes()).toEqual([]);
    // The zones of a deployment are kept in its stacks, not on this machine.
    expect(existsSync(join(project, 'cdk.context.json'))).toBe(false);
  });
});
