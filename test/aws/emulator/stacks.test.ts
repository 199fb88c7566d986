import {
  CreateChangeSetCommand,
  DescribeStackResourcesCommand,
  ListExportsCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeInstancesCommand,
  DescribePlacementGroupsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { DeleteObjectCommand, GetBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeDocumentCommand } from '@aws-sdk/client-ssm';

import { startEmulator, type Emulator } from '../support/emulator.ts';
import { clientsOf, type Clients } from './clients.ts';
import { deleteStack, deployTemplate } from './deploy-template.ts';
import { base, operatorPolicy, pair } from './templates.ts';

jest.setTimeout(60_000);

let emulator: Emulator;
let clients: Clients;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = clientsOf(emulator);
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

const TAGS = { project: 'compare' };
const deploy = (name: string, template: unknown) =>
  deployTemplate(clients.cloudFormation, name, template, TAGS);
const destroy = (name: string) => deleteStack(clients.cloudFormation, name);

const tagged = async (): Promise<readonly string[]> => {
  const { ResourceTagMappingList = [] } = await clients.tagging.send(
    new GetResourcesCommand({ TagFilters: [{ Key: 'project', Values: ['compare'] }] }),
  );
  return ResourceTagMappingList.map(({ ResourceARN = '' }) => ResourceARN);
};

const instanceOf = async (id = '') => {
  const answer = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return answer.Reservations?.[0]?.Instances?.[0];
};

test('two stacks, one on the other, are made with all their properties and tags, and deleted', async () => {
  const first = await deploy('base', base());
  expect(first).toMatchObject({ status: 'CREATE_COMPLETE', failures: [] });
  const second = await deploy('pair', pair());
  expect(second).toMatchObject({ status: 'CREATE_COMPLETE', failures: [] });
  expect(second.outputs['Address']).toMatch(/^10\.83\.0\./);
  expect(second.outputs['Ready']).toBe('{"emulated-0": "emulated"}');

  expect(await instanceOf(second.outputs['Node'])).toMatchObject({
    InstanceType: 'c5.xlarge',
    InstanceLifecycle: 'spot',
    SubnetId: first.outputs['Subnet'],
    SecurityGroups: [{ GroupId: first.outputs['Group'] }],
    MetadataOptions: { HttpTokens: 'required' },
    Placement: { AvailabilityZone: 'us-east-1b' },
    Tags: expect.arrayContaining([
      { Key: 'role', Value: 'serving' },
      { Key: 'project', Value: 'compare' },
      { Key: 'aws:cloudformation:stack-name', Value: 'pair' },
    ]) as unknown,
  });
  const { Volumes = [] } = await clients.ec2.send(new DescribeVolumesCommand({}));
  expect(Volumes).toMatchObject([
    {
      Size: 30,
      Encrypted: true,
      Tags: expect.arrayContaining([{ Key: 'project', Value: 'compare' }]),
    },
  ]);
  const groups = await clients.ec2.send(
    new DescribeSecurityGroupsCommand({ GroupIds: [first.outputs['Group'] ?? ''] }),
  );
  expect(groups.SecurityGroups?.[0]?.IpPermissions).toMatchObject([{ FromPort: 8080 }]);
  expect(groups.SecurityGroups?.[0]?.IpPermissionsEgress?.map(({ FromPort }) => FromPort)).toEqual([
    443, 8080,
  ]);
  const subnets = await clients.ec2.send(
    new DescribeSubnetsCommand({ SubnetIds: [first.outputs['Subnet'] ?? ''] }),
  );
  expect(subnets.Subnets?.[0]?.MapPublicIpOnLaunch).toBe(true);
  expect(await clients.ec2.send(new DescribePlacementGroupsCommand({}))).toMatchObject({
    PlacementGroups: [{ Strategy: 'cluster', State: 'available' }],
  });
  expect((await clients.ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints).toHaveLength(
    1,
  );
  const Bucket = first.outputs['Bucket'] ?? '';
  expect(await clients.s3.send(new GetBucketPolicyCommand({ Bucket }))).toHaveProperty('Policy');
  const kinds = (await tagged()).map((arn) => arn.split(':').slice(2).join(':'));
  for (const kind of ['instance', 'volume', 'vpc', 'subnet', 'security-group', 'placement-group'])
    expect(kinds.some((arn) => arn.includes(`:${kind}/`))).toBe(true);
  expect(kinds.some((arn) => arn.startsWith('ssm:') && arn.endsWith('StartServing'))).toBe(true);

  expect((await destroy('pair')).status).toBe('DELETE_COMPLETE');
  expect((await destroy('base')).status).toBe('DELETE_COMPLETE');
  const left = await tagged();
  expect(left.filter((arn) => !arn.includes(':instance/'))).toEqual([]);
  expect((await instanceOf(second.outputs['Node']))?.State?.Name).toBe('terminated');
});

test('events tell of each resource, in an order in which nothing comes before what it needs', async () => {
  const { events } = await deploy('base', base());
  const done = events
    .filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_COMPLETE')
    .map(({ LogicalResourceId }) => LogicalResourceId)
    .toReversed();
  expect(done).toHaveLength(Object.keys(base().Resources).length + 1);
  expect(done.indexOf('Route')).toBeGreaterThan(done.indexOf('Attachment'));
  expect(done.indexOf('Subnet')).toBeGreaterThan(done.indexOf('Vpc'));
  expect(done.at(-1)).toBe('base');
});

test('an export that a stack imports can be neither deleted nor left out', async () => {
  await deploy('base', base());
  await deploy('pair', pair());
  const refused = await destroy('base');
  expect(refused.status).toBe('DELETE_FAILED');
  expect(refused.events[0]?.ResourceStatusReason).toBe(
    'Delete canceled. Cannot delete export base-subnet as it is in use by pair.',
  );
  const { Outputs: _, ...without } = base();
  const update = await deploy('base', without);
  expect(update.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const { Exports } = await clients.cloudFormation.send(new ListExportsCommand({}));
  expect(Exports?.map(({ Name }) => Name)).toEqual(['base-subnet']);
});

test('an update changes in place what can be changed, and replaces the rest', async () => {
  await deploy('base', base());
  const before = await deploy('pair', pair());
  const changed = await deploy('pair', pair('g4dn.xlarge'));
  expect(changed.status).toBe('UPDATE_COMPLETE');
  expect(changed.outputs['Node']).not.toBe(before.outputs['Node']);
  expect((await instanceOf(before.outputs['Node']))?.State?.Name).toBe('terminated');
  const { Document } = await clients.ssm.send(
    new DescribeDocumentCommand({ Name: 'StartServing' }),
  );
  expect(Document).toMatchObject({ DefaultVersion: '2', LatestVersion: '2' });

  const group = (await deploy('base', base(9090))).outputs['Group'] ?? '';
  const { SecurityGroups } = await clients.ec2.send(
    new DescribeSecurityGroupsCommand({ GroupIds: [group] }),
  );
  expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject([{ FromPort: 9090 }]);
});

test('the same template again changes nothing', async () => {
  await deploy('base', base());
  const before = await deploy('pair', pair());
  const after = await deploy('pair', pair());
  expect(after.outputs).toEqual(before.outputs);
});

test('a failed creation is rolled back with its reason, and leaves nothing', async () => {
  await deploy('base', base());
  const before = await tagged();
  await emulator.control('fail', { match: '^Node ', reason: 'no such luck' });
  const failed = await deploy('pair', pair());
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(failed.failures).toEqual([['Node', 'no such luck']]);
  const { StackResources } = await clients.cloudFormation.send(
    new DescribeStackResourcesCommand({ StackName: 'pair' }),
  );
  expect(StackResources ?? []).toEqual([]);
  const left = (await tagged()).filter((arn) => !arn.includes(':stack/pair/'));
  expect(left.toSorted()).toEqual(before.toSorted());
});

test('a failed update is rolled back to what was there', async () => {
  await deploy('base', base());
  const before = await deploy('pair', pair());
  await emulator.set({ capacity: 'g4dn.xlarge@us-east-1b' });
  const failed = await deploy('pair', pair('g4dn.xlarge'));
  expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(failed.outputs).toEqual(before.outputs);
  expect(await instanceOf(before.outputs['Node'])).toMatchObject({
    State: { Name: 'running' },
    InstanceType: 'c5.xlarge',
  });
});

test('no capacity in a zone ends in the words of EC2, and the next try passes', async () => {
  await deploy('base', base());
  await emulator.set({ capacity: 'c5.xlarge/on-demand@*,c5.xlarge/spot@us-east-1b:1' });
  const failed = await deploy('pair', pair());
  expect(failed.failures[0]?.[1]).toMatch(/There is no Spot capacity available that matches/);
  await destroy('pair');
  expect((await deploy('pair', pair())).status).toBe('CREATE_COMPLETE');
});

test('a bucket with objects stops the deletion of its stack', async () => {
  const { outputs } = await deploy('base', base());
  const object = { Bucket: outputs['Bucket'] ?? '', Key: 'results.jsonl' };
  await clients.s3.send(new PutObjectCommand({ ...object, Body: 'x' }));
  const refused = await destroy('base');
  expect(refused.status).toBe('DELETE_FAILED');
  expect(
    refused.events.find(({ LogicalResourceId }) => LogicalResourceId === 'Bucket'),
  ).toMatchObject({
    ResourceStatus: 'DELETE_FAILED',
    ResourceStatusReason: expect.stringContaining('not empty') as unknown,
  });
  await clients.s3.send(new DeleteObjectCommand(object));
  expect((await destroy('base')).status).toBe('DELETE_COMPLETE');
});

test('a managed policy changes in place and goes with its stack, once nobody has it', async () => {
  const { outputs } = await deploy('operator', operatorPolicy());
  const changed = await deploy('operator', operatorPolicy('s3:PutObject'));
  const policy = { PolicyArn: outputs['Policy'] ?? '' };
  const { Policy } = await clients.iam.send(new GetPolicyCommand(policy));
  const { PolicyVersion } = await clients.iam.send(
    new GetPolicyVersionCommand({ ...policy, VersionId: Policy?.DefaultVersionId }),
  );
  expect(changed.outputs['Policy']).toBe(policy.PolicyArn);
  expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toContain('s3:PutObject');

  const attached = { ...policy, UserName: 'anna' };
  await clients.iam.send(new CreateUserCommand({ UserName: 'anna' }));
  await clients.iam.send(new AttachUserPolicyCommand(attached));
  expect((await destroy('operator')).failures[0]).toEqual([
    'Operator',
    expect.stringContaining('Cannot delete a policy attached to entities'),
  ]);
  await clients.iam.send(new DetachUserPolicyCommand(attached));
  expect((await destroy('operator')).status).toBe('DELETE_COMPLETE');
  await expect(clients.iam.send(new GetPolicyCommand(policy))).rejects.toThrow(/not found/i);
});

test.each([
  ['none', 'WaitCondition timed out. Received 0 conditions when expecting 1'],
  ['fail', "WaitCondition received failed message: 'emulated bootstrap failure'"],
] as const)('nodes that boot with %s fail their stack', async (boot, words) => {
  await emulator.set({ boot, timeScale: 0.05 });
  await deploy('base', base());
  const failed = await deploy('pair', pair());
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(failed.events.map(({ ResourceStatusReason = '' }) => ResourceStatusReason)).toContainEqual(
    expect.stringContaining(words),
  );
});

test('a type that the emulator does not know fails instead of being left out', async () => {
  const template = { Resources: { Queue: { Type: 'AWS::Unknown::Thing' } } };
  const failed = await deploy('other', template);
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(failed.events.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContain(
    'The emulator does not know the type AWS::Unknown::Thing',
  );
});

test('a deleted stack is listed as such, and a change set of an unknown stack is refused', async () => {
  await deploy('base', base());
  await destroy('base');
  const { StackSummaries } = await clients.cloudFormation.send(new ListStacksCommand({}));
  expect(StackSummaries).toMatchObject([{ StackName: 'base', StackStatus: 'DELETE_COMPLETE' }]);
  await expect(
    clients.cloudFormation.send(
      new CreateChangeSetCommand({
        StackName: 'base',
        ChangeSetName: 'x',
        ChangeSetType: 'UPDATE',
        TemplateBody: JSON.stringify(base()),
      }),
    ),
  ).rejects.toMatchObject({ name: 'ValidationError' });
});
