import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeDocumentCommand } from '@aws-sdk/client-ssm';

import { startEmulator, type Emulator } from '../support/emulator.ts';
import { clientsOf, type Clients } from './clients.ts';
import { deleteStack, deployTemplate } from './deploy-template.ts';

jest.setTimeout(60_000);

/** A network that exports its subnet. */
const base = {
  Resources: {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.83.0.0/16' } },
    Subnet: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        CidrBlock: '10.83.0.0/24',
        AvailabilityZone: 'us-east-1b',
      },
    },
  },
  Outputs: { Subnet: { Value: { Ref: 'Subnet' }, Export: { Name: 'base-subnet' } } },
};

/** A node in it, and a document. */
const pair = (instanceType = 'c5.xlarge') => ({
  Resources: {
    Node: {
      Type: 'AWS::EC2::Instance',
      Properties: {
        ImageId: 'ami-12c6146b',
        InstanceType: instanceType,
        SubnetId: { 'Fn::ImportValue': 'base-subnet' },
      },
    },
    Document: {
      Type: 'AWS::SSM::Document',
      Properties: {
        Name: 'StartServing',
        DocumentType: 'Command',
        UpdateMethod: 'NewVersion',
        Content: { schemaVersion: '2.2', mainSteps: [], description: instanceType },
      },
    },
  },
  Outputs: { Node: { Value: { Ref: 'Node' } } },
});

let emulator: Emulator;
let clients: Clients;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = clientsOf(emulator);
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

const deploy = (name: string, template: unknown) =>
  deployTemplate(clients.cloudFormation, name, template);
const destroy = (name: string) => deleteStack(clients.cloudFormation, name);

const stateOf = async (id = ''): Promise<string | undefined> => {
  const answer = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return answer.Reservations?.[0]?.Instances?.[0]?.State?.Name;
};

test('events tell of each resource, in an order in which nothing comes before what it needs', async () => {
  const { events } = await deploy('base', base);
  const done = events
    .filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_COMPLETE')
    .map(({ LogicalResourceId }) => LogicalResourceId)
    .toReversed();
  expect(done).toEqual(['Vpc', 'Subnet', 'base']);
});

test('an export that a stack imports can be neither deleted nor left out', async () => {
  await deploy('base', base);
  await deploy('pair', pair());
  const refused = await destroy('base');
  expect(refused.status).toBe('DELETE_FAILED');
  expect(refused.events[0]?.ResourceStatusReason).toBe(
    'Delete canceled. Cannot delete export base-subnet as it is in use by pair.',
  );
  const { Outputs: _, ...without } = base;
  expect((await deploy('base', without)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await destroy('pair')).status).toBe('DELETE_COMPLETE');
  expect((await destroy('base')).status).toBe('DELETE_COMPLETE');
});

test('an update changes in place what can be changed, and replaces the rest', async () => {
  await deploy('base', base);
  const before = await deploy('pair', pair());
  expect((await deploy('pair', pair())).outputs).toEqual(before.outputs);
  const changed = await deploy('pair', pair('g4dn.xlarge'));
  expect(changed.status).toBe('UPDATE_COMPLETE');
  expect(changed.outputs['Node']).not.toBe(before.outputs['Node']);
  expect(await stateOf(before.outputs['Node'])).toBe('terminated');
  const { Document } = await clients.ssm.send(
    new DescribeDocumentCommand({ Name: 'StartServing' }),
  );
  expect(Document).toMatchObject({ DefaultVersion: '2', LatestVersion: '2' });
});

test('a failed creation and a failed update are rolled back to what was there', async () => {
  await deploy('base', base);
  await emulator.set({ capacity: 'c5.xlarge@us-east-1b:1,g4dn.xlarge@us-east-1b' });
  const failed = await deploy('pair', pair());
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(failed.failures).toEqual([
    ['Node', expect.stringContaining('sufficient c5.xlarge capacity')],
  ]);
  await destroy('pair');
  const before = await deploy('pair', pair());
  const update = await deploy('pair', pair('g4dn.xlarge'));
  expect(update.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(update.outputs).toEqual(before.outputs);
  expect(await stateOf(before.outputs['Node'])).toBe('running');
});

test('a type that the emulator does not know fails instead of being left out', async () => {
  const failed = await deploy('other', { Resources: { Queue: { Type: 'AWS::Unknown::Thing' } } });
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(failed.events.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContain(
    'The emulator does not know the type AWS::Unknown::Thing',
  );
});

test('a setting that does not exist is refused, so that no test believes in a fault that is none', async () => {
  await expect(emulator.control('settings', { throtle: 'ssm:*' })).rejects.toThrow(
    /no such setting: throtle/,
  );
});
