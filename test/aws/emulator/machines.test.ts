import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  RebootInstancesCommand,
  TerminateInstancesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';

import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import { startEmulator, type Emulator } from '../support/emulator.ts';
import { clientsOf, type Clients } from './clients.ts';
import { isGone } from './process-state.ts';
import { runInstance, untilOnline, type InstanceOptions } from './run-instance.ts';
import { eventually } from './waiting.ts';

jest.setTimeout(60_000);

const temporaryFolder = useTemporaryFolders();

let emulator: Emulator;
let clients: Clients;

beforeAll(async () => {
  const stubs = temporaryFolder();
  const stub = join(stubs, 'nvidia-smi');
  writeFileSync(stub, '#!/bin/sh\necho "stub GPU for $EMU_INSTANCE_ID"\n', { mode: 0o755 });
  emulator = await startEmulator({ machines: true, stubs, execEnv: { EXTRA: 'a "b" 50%' } });
  clients = clientsOf(emulator);
});
afterAll(() => emulator.stop());

const launch = async (options: InstanceOptions = {}): Promise<string> => {
  const id = await runInstance(clients.ec2, options);
  await untilOnline(emulator, id);
  return id;
};

const describeInstance = async (id: string): Promise<Instance> => {
  const { Reservations } = await clients.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [id] }),
  );
  const instance = Reservations?.[0]?.Instances?.[0];
  if (instance === undefined) throw new Error(`${id} is not there`);
  return instance;
};

const stateBecomes = (id: string, state: string): Promise<string | undefined> =>
  eventually(
    async () => (await describeInstance(id)).State?.Name,
    (name) => name === state,
  );

/** What a machine's kernel says of one boot; another boot has another. */
const firstProcess = async (id: string): Promise<number | null> =>
  (await emulator.machines()).find(({ instance }) => instance === id)?.pid ?? null;

test('user data runs once, as root under systemd, with the stubs and variables of the test', async () => {
  const id = await launch({
    userData: '#!/bin/bash\necho "$(id -un) $(cat /proc/1/comm) $EXTRA"\nnvidia-smi\nexit 4\n',
  });
  const record = await eventually(
    async () => (await emulator.boots()).find(({ instance }) => instance === id),
    (boot) => boot?.exitCode !== null,
  );
  expect(record).toMatchObject({
    exitCode: 4,
    output: `root systemd a "b" 50%\nstub GPU for ${id}\n`,
  });
});

test('nothing that a machine writes or changes reaches the host or another machine', async () => {
  const folder = temporaryFolder();
  const [writer, other] = await Promise.all([launch(), launch()]);
  const path = join(folder, 'file');
  const files = [path, '/root/leak', '/dev/shm/leak', '/run/leak'];
  const script = `mkdir -p ${folder}; for f in ${files.join(' ')}; do echo x >$f; done`;
  expect(await emulator.onMachine(writer, script)).toMatchObject({ code: 0 });
  expect(files.filter((file) => existsSync(file))).toEqual([]);
  const listed = await emulator.onMachine(other, `ls ${files.join(' ')} 2>/dev/null`);
  expect(listed.stdout).toBe('');
  await emulator.onMachine(
    writer,
    'sysctl -w kernel.threads-max=1000; date -s 2001-01-01; ip link set lo down',
  );
  expect(new Date().getFullYear()).toBeGreaterThan(2020);
  expect(readFileSync('/sys/class/net/lo/flags', 'utf8').trim()).toBe('0x9');
});

test.each([
  ['terminate', 'terminated'],
  ['stop', 'stopped'],
] as const)('a machine that powers itself off with %s is %s', async (shutdown, state) => {
  const id = await launch({ shutdown });
  const pid = await firstProcess(id);
  await emulator.onMachine(id, 'systemctl poweroff');
  await expect(stateBecomes(id, state)).resolves.toBe(state);
  await isGone(pid);
});

const UNIT = '[Service]\nExecStart=/bin/sleep 600\n[Install]\nWantedBy=multi-user.target\n';

test('a reboot keeps the disk, starts enabled units and does not run user data again', async () => {
  const id = await launch({ userData: '#!/bin/sh\necho ran >>/root/ran\n' });
  const script = `printf '${UNIT.replaceAll('\n', String.raw`\n`)}' >/etc/systemd/system/mine.service`;
  await emulator.onMachine(id, `${script}; systemctl enable mine; touch /root/kept /tmp/gone`);
  const before = await firstProcess(id);
  await clients.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
  await eventually(
    () => firstProcess(id),
    (pid) => pid !== null && pid !== before,
  );
  await untilOnline(emulator, id);
  const look = 'systemctl is-active mine; ls /root/kept /tmp/gone; cat /root/ran';
  const seen = await emulator.onMachine(id, look);
  expect(seen.stdout).toBe('active\n/root/kept\nran\n');
});

test('after a power cut EC2 says that the instance runs, and its agent is lost', async () => {
  const id = await launch();
  const pid = await firstProcess(id);
  await emulator.kill(id);
  await isGone(pid);
  expect((await describeInstance(id)).State?.Name).toBe('running');
  expect(await emulator.machines()).toContainEqual(
    expect.objectContaining({ instance: id, online: false }),
  );
});

test('the metadata service knows its machine, and wants a token', async () => {
  const id = await launch({ type: 'g4dn.xlarge' });
  const { PrivateIpAddress = '' } = await describeInstance(id);
  const script = [
    'curl -s -o /dev/null -w "%{http_code}\\n" $EC2_METADATA_URL/latest/meta-data/instance-id',
    'token=$(curl -sX PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" $EC2_METADATA_URL/latest/api/token)',
    'get() { curl -s -w "\\n" -H "X-aws-ec2-metadata-token: $token" $EC2_METADATA_URL/latest/meta-data/$1; }',
    'for what in instance-id instance-type local-ipv4 placement/availability-zone; do get $what; done',
  ];
  const { stdout } = await emulator.onMachine(id, script.join('\n'));
  expect(stdout).toBe(`401\n${id}\ng4dn.xlarge\n${PrivateIpAddress}\nus-east-1a\n`);
});

test('a terminated instance takes its machine and its volumes with it', async () => {
  const id = await launch();
  const pid = await firstProcess(id);
  const filter = { Filters: [{ Name: 'attachment.instance-id', Values: [id] }] };
  const volumes = async () => (await clients.ec2.send(new DescribeVolumesCommand(filter))).Volumes;
  expect(await volumes()).toHaveLength(1);
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await isGone(pid);
  expect(await volumes()).toHaveLength(0);
  await stateBecomes(id, 'terminated');
});
