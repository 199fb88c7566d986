import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child-process.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { startEmulator, type Emulator } from '../support/emulator.ts';
import { bootNode, startMachines } from '../support/machine-node.ts';
import { readUntil } from '../../support/read-until.ts';

/** Lists the processes and control groups of an emulator on the host. */
const tracesOf = (pid: number): readonly string[] => {
  const groups = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup2')
    .map(([, folder = '']) => join(folder, `aws-emulator-${pid}`));
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cgroup`, 'utf8').includes(`aws-emulator-${pid}`);
      } catch {
        return false;
      }
    });
  return [...groups.filter((folder) => existsSync(folder)), ...processes];
};

/** Waits until an emulator has left no traces. */
const tracesAtLast = (pid: number): Promise<readonly string[]> =>
  readUntil(
    async () => tracesOf(pid),
    ({ length }) => length === 0,
    20_000,
    100,
  );

describe('the host of an emulator', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('has nothing left of it after %s', async (signal) => {
    const emulator = await startMachines();
    await bootNode(emulator, {});
    expect(tracesOf(emulator.pid).length).toBeGreaterThan(3);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('aws-emulator');

    process.kill(emulator.pid, signal);
    expect(await tracesAtLast(emulator.pid)).toEqual([]);
    await emulator.stop();
  });

  it('has nothing left of it when the process that started it has ended', async () => {
    const code = `
      import { startEmulator } from '${join(import.meta.dirname, '../support/emulator.ts')}';
      const emulator = await startEmulator({ machines: true });
      console.log(emulator.pid);
      process.kill(process.pid, 'SIGKILL');
    `;
    const program = join(newFolder(), 'program.mts');
    writeFileSync(program, code);
    const child = spawn(process.execPath, [...TYPESCRIPT_LOADER, program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(child.stdout, 'data')) as [Buffer];

    expect(await tracesAtLast(Number(String(text)))).toEqual([]);
  });

  it('does not see what a machine writes or changes, nor does another machine', async () => {
    const emulator = await startMachines();
    const [writer, other] = await Promise.all([bootNode(emulator, {}), bootNode(emulator, {})]);
    const files = [
      join(newFolder(), 'file'),
      '/root/leak',
      '/opt/serving-compare/leak',
      '/run/leak',
    ];
    const written = await writer.run(`for f in ${files.join(' ')}; do echo x >$f; done`);
    const seen = await other.run(`ls ${files.join(' ')} 2>/dev/null`);
    await writer.run('sysctl -w kernel.threads-max=1000; date -s 2001-01-01; ip link set lo down');
    await emulator.stop();

    expect(written.code).toBe(0);
    expect(seen.stdout).toBe('');
    expect(files.filter((file) => existsSync(file))).toEqual([]);
    expect(new Date().getFullYear()).toBeGreaterThan(2020);
    expect(readFileSync('/sys/class/net/lo/flags', 'utf8').trim()).toBe('0x9');
  });
});

/** What the emulator must refuse as AWS does: otherwise our tests would pass although AWS refuses the same. */
describe('the emulated account', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.stop());

  const aws = (...args: readonly string[]) => emulator.run('aws', args);
  const create = async (name: string, template: object): Promise<string> => {
    const file = join(newFolder(), 'template.json');
    writeFileSync(file, JSON.stringify(template));
    await aws(
      'cloudformation',
      'create-stack',
      `--stack-name=${name}`,
      `--template-body=file://${file}`,
    );
    const { stdout } = await aws('cloudformation', 'describe-stack-events', `--stack-name=${name}`);
    return stdout;
  };

  it('refuses to create a stack with an unknown type', async () => {
    expect(
      await create('unknown', { Resources: { Queue: { Type: 'AWS::Unknown::Thing' } } }),
    ).toMatch(/The emulator does not know the type AWS::Unknown::Thing/);
  });

  it('does not delete an export that a stack imports', async () => {
    const Vpc = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.83.0.0/16' } };
    const Outputs = { Vpc: { Value: { Ref: 'Vpc' }, Export: { Name: 'base-vpc' } } };
    await create('base', { Resources: { Vpc }, Outputs });
    const properties = { GroupDescription: 'a', VpcId: { 'Fn::ImportValue': 'base-vpc' } };
    await create('pair', {
      Resources: { Group: { Type: 'AWS::EC2::SecurityGroup', Properties: properties } },
    });
    await aws('cloudformation', 'delete-stack', '--stack-name=base');

    expect(
      (await aws('cloudformation', 'describe-stack-events', '--stack-name=base')).stdout,
    ).toContain('Cannot delete export base-vpc as it is in use by pair.');
  });

  it('refuses unknown settings, so that no test relies on a fault that has no effect', async () => {
    await expect(emulator.control('settings', { throtle: 'ssm:*' })).rejects.toThrow(/throtle/);
  });

  it('refuses a parameter that does not match its pattern', async () => {
    const { Instances } = JSON.parse(
      (await aws('ec2', 'run-instances', '--image-id=ami-12c6146b', '--instance-type=c5.xlarge'))
        .stdout,
    ) as { Instances: { InstanceId: string }[] };
    const content = {
      schemaVersion: '2.2',
      parameters: { RunId: { type: 'String', allowedPattern: '^[a-z]+$' } },
      mainSteps: [{ inputs: { timeoutSeconds: '60', runCommand: [] } }],
    };
    await aws(
      'ssm',
      'create-document',
      '--name=Doc',
      '--document-type=Command',
      '--content',
      JSON.stringify(content),
    );
    const send = (parameters: string) =>
      aws(
        'ssm',
        'send-command',
        '--document-name=Doc',
        `--instance-ids=${Instances[0]?.InstanceId}`,
        '--parameters',
        parameters,
      );

    expect((await send('RunId=a;rm')).stderr).toContain('InvalidParameters');
    expect((await send('RunId=a,Other=x')).stderr).toContain('InvalidParameters');
    expect((await send('RunId=a')).code).toBe(0);
  });
});
