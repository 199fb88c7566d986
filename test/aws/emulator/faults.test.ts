import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
} from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';

import { startEmulator, type Emulator } from '../support/emulator.ts';
import { clientsOf, type Clients } from './clients.ts';
import { invocationEnd, runInstance, send, shell } from './run-instance.ts';

jest.setTimeout(30_000);

let emulator: Emulator;
let clients: Clients;

beforeAll(async () => {
  emulator = await startEmulator({ exec: true });
  clients = clientsOf(emulator);
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

const commandTo = (InstanceIds: string[], more = {}): Promise<string> =>
  send(clients.ssm, {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds,
    Parameters: { commands: ['echo done'] },
    ...more,
  });

const information = async (id: string) => {
  const { InstanceInformationList = [] } = await clients.ssm.send(
    new DescribeInstanceInformationCommand({}),
  );
  return InstanceInformationList.find(({ InstanceId }) => InstanceId === id);
};

test('without a fault a command runs in a shell of this system', async () => {
  const id = await runInstance(clients.ec2);
  const end = await shell(clients.ssm, id, 'echo $EMU_INSTANCE_ID; exit 3');
  expect(end).toMatchObject({ StandardOutputContent: `${id}\n`, ResponseCode: 3 });
});

test.each([
  ['ec2:DescribeInstances', 'RequestLimitExceeded'],
  ['ssm:DescribeInstanceInformation', 'ThrottlingException'],
  ['cloudformation:DescribeStacks', 'Throttling'],
  ['s3:ListObjectsV2', 'SlowDown'],
])('a throttled %s is %s, as many times as wanted', async (call, name) => {
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'results' }));
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    'ec2:DescribeInstances': () => clients.ec2.send(new DescribeInstancesCommand({})),
    'ssm:DescribeInstanceInformation': () =>
      clients.ssm.send(new DescribeInstanceInformationCommand({})),
    'cloudformation:DescribeStacks': () =>
      clients.cloudFormation.send(new DescribeStacksCommand({})),
    's3:ListObjectsV2': () => clients.s3.send(new ListObjectsV2Command({ Bucket: 'results' })),
  };
  await emulator.set({ throttle: `${call}:1` });
  await expect(calls[call]?.()).rejects.toMatchObject({ name });
  await expect(calls[call]?.()).resolves.toBeDefined();
});

test.each([
  ['ec2:DescribeInstances', 'UnauthorizedOperation'],
  ['ssm:*', 'AccessDeniedException'],
  ['sts:GetCallerIdentity', 'AccessDenied'],
  ['s3:PutObject', 'AccessDenied'],
])('a denied %s is %s, with the name of the action', async (call, name) => {
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'results' }));
  await emulator.set({ deny: call });
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    ec2: () => clients.ec2.send(new DescribeInstancesCommand({})),
    ssm: () => clients.ssm.send(new DescribeInstanceInformationCommand({})),
    sts: () => clients.sts.send(new GetCallerIdentityCommand({})),
    s3: () => clients.s3.send(new PutObjectCommand({ Bucket: 'results', Key: 'a', Body: 'x' })),
  };
  const service = call.split(':')[0] ?? '';
  await expect(calls[service]?.()).rejects.toMatchObject({
    name,
    message: expect.stringMatching(
      new RegExp(`is not authorized to perform: ${service}:`),
    ) as unknown,
  });
});

test.each([
  [503, 'SlowDown'],
  [500, 'InternalError'],
  [403, 'AccessDenied'],
])('an upload of one key fails with %i, others pass', async (status, name) => {
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'results' }));
  await emulator.control('s3fail', { key: '^runs/.*/measurement-2', status, times: 1 });
  const put = (Key: string) =>
    clients.s3.send(new PutObjectCommand({ Bucket: 'results', Key, Body: 'x' }));
  await expect(put('runs/r1/measurement-1')).resolves.toBeDefined();
  await expect(put('runs/r1/measurement-2')).rejects.toMatchObject({
    name,
    $metadata: { httpStatusCode: status },
  });
  await expect(put('runs/r1/measurement-2')).resolves.toBeDefined();
});

test('a client with retries gets over a passing throttling', async () => {
  await emulator.set({ throttle: 'ec2:DescribeInstances:2' });
  const { ec2 } = clientsOf(emulator, 3);
  await expect(ec2.send(new DescribeInstancesCommand({}))).resolves.toBeDefined();
});

test('a type without capacity in a zone can be had in another, and on demand', async () => {
  await emulator.set({ capacity: 'g4dn.xlarge/spot@us-east-1a' });
  await expect(runInstance(clients.ec2, { type: 'g4dn.xlarge', spot: true })).rejects.toMatchObject(
    {
      name: 'InsufficientInstanceCapacity',
      message: 'There is no Spot capacity available that matches your request.',
    },
  );
  await expect(runInstance(clients.ec2, { type: 'g4dn.xlarge' })).resolves.toMatch(/^i-/);
  await emulator.set({ capacity: '*@us-east-1a:1' });
  await expect(runInstance(clients.ec2)).rejects.toMatchObject({
    name: 'InsufficientInstanceCapacity',
    message: expect.stringContaining('sufficient c5.xlarge capacity') as unknown,
  });
  await expect(runInstance(clients.ec2)).resolves.toMatch(/^i-/);
});

test('an agent that never registers is unknown to SSM', async () => {
  const id = await runInstance(clients.ec2, { tags: { pair: '3' } });
  await emulator.set({ agentOffline: 'pair=3' });
  await expect(information(id)).resolves.toBeUndefined();
  await expect(commandTo([id])).rejects.toMatchObject({ name: 'InvalidInstanceId' });
});

test('an agent that is late registers in the end', async () => {
  await emulator.set({ agentDelay: 1 });
  const id = await runInstance(clients.ec2);
  await expect(information(id)).resolves.toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await expect(information(id)).resolves.toMatchObject({ PingStatus: 'Online' });
});

test('a lost agent gets no command, which ends as undelivered', async () => {
  const id = await runInstance(clients.ec2);
  await emulator.set({ agentLost: id, timeScale: 0.01 });
  await expect(information(id)).resolves.toMatchObject({ PingStatus: 'ConnectionLost' });
  const end = await invocationEnd(clients.ssm, await commandTo([id], { TimeoutSeconds: 30 }), id);
  expect(end).toMatchObject({ Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' });
});

test('an agent can be older than the others', async () => {
  const [old, current] = await Promise.all([
    runInstance(clients.ec2, { tags: { pair: '1' } }),
    runInstance(clients.ec2, { tags: { pair: '2' } }),
  ]);
  await emulator.set({ agentVersion: 'pair=1@3.0.1390.0' });
  await expect(information(old)).resolves.toMatchObject({
    AgentVersion: '3.0.1390.0',
    IsLatestVersion: false,
  });
  await expect(information(current)).resolves.toMatchObject({ IsLatestVersion: true });
});

test('a hanging command ends at its time limit, or when it is cancelled', async () => {
  const id = await runInstance(clients.ec2);
  await emulator.set({ hang: '*', timeScale: 0.001 });
  const late = await invocationEnd(clients.ssm, await commandTo([id]), id);
  expect(late).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' });
  await emulator.set({ timeScale: 1 });
  const CommandId = await commandTo([id]);
  await clients.ssm.send(new CancelCommandCommand({ CommandId }));
  expect(await invocationEnd(clients.ssm, CommandId, id)).toMatchObject({ Status: 'Cancelled' });
});

test('an invocation can be invisible for a while', async () => {
  const InstanceId = await runInstance(clients.ec2);
  await emulator.set({ lag: 1 });
  const CommandId = await commandTo([InstanceId]);
  const get = () => clients.ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  await expect(get()).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await expect(get()).resolves.toMatchObject({ Status: 'Success' });
});

test('a scripted answer takes the place of a command once', async () => {
  const id = await runInstance(clients.ec2);
  await emulator.control('commands', [
    { document: 'Shell', status: 'Failed', responseCode: 7, stderr: 'no GPU', times: 1 },
  ]);
  const first = await invocationEnd(clients.ssm, await commandTo([id]), id);
  expect(first).toMatchObject({ ResponseCode: 7, StandardErrorContent: 'no GPU' });
  const second = await invocationEnd(clients.ssm, await commandTo([id]), id);
  expect(second).toMatchObject({ Status: 'Success', StandardOutputContent: 'done\n' });
});

const quota = async (QuotaCode: string): Promise<number | undefined> => {
  const query = new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode });
  return (await clients.quotas.send(query)).Quota?.Value;
};

test('quotas are as wanted', async () => {
  await emulator.set({ quotas: { 'L-DB2E81BA': 0 } });
  await expect(quota('L-DB2E81BA')).resolves.toBe(0);
  await expect(quota('L-3819A6DF')).resolves.toBe(64);
  await expect(quota('L-1216C47A')).resolves.toBe(64);
});

test('a setting that does not exist is refused, so that no test believes in a fault that is none', async () => {
  await expect(emulator.control('settings', { throtle: 'ssm:*' })).rejects.toThrow(
    /no such setting: throtle/,
  );
});
