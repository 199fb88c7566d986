import { RunInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import {
  GetCommandInvocationCommand,
  SendCommandCommand,
  type GetCommandInvocationCommandOutput,
  type SendCommandCommandInput,
  type SSMClient,
} from '@aws-sdk/client-ssm';

import type { Emulator } from '../support/emulator.ts';
import { eventually } from './waiting.ts';

export interface InstanceOptions {
  readonly tags?: Readonly<Record<string, string>>;
  readonly userData?: string;
  readonly type?: 'c5.xlarge' | 'g4dn.xlarge';
  readonly shutdown?: 'terminate' | 'stop';
  readonly spot?: boolean;
}

const instanceTags = (tags: Readonly<Record<string, string>>) => ({
  ResourceType: 'instance' as const,
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

/** Launches one instance and gives its id. */
export const runInstance = async (
  client: EC2Client,
  options: InstanceOptions = {},
): Promise<string> => {
  const { tags, userData, type = 'c5.xlarge', shutdown = 'terminate', spot = false } = options;
  const { Instances } = await client.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      InstanceType: type,
      MinCount: 1,
      MaxCount: 1,
      InstanceInitiatedShutdownBehavior: shutdown,
      Placement: { AvailabilityZone: 'us-east-1a' },
      ...(tags === undefined ? {} : { TagSpecifications: [instanceTags(tags)] }),
      ...(userData === undefined ? {} : { UserData: Buffer.from(userData).toString('base64') }),
      ...(spot ? { InstanceMarketOptions: { MarketType: 'spot' as const } } : {}),
    }),
  );
  const id = Instances?.[0]?.InstanceId;
  if (id === undefined) throw new Error('RunInstances gave no instance');
  return id;
};

/** Waits until Run Command reaches an instance. */
export const untilOnline = async (emulator: Emulator, id: string): Promise<void> => {
  await eventually(
    () => emulator.machines(),
    (machines) => machines.some(({ instance, online }) => instance === id && online),
  );
};

const OPEN: readonly (string | undefined)[] = ['Pending', 'InProgress', 'Delayed'];

/** Waits for the end of a command on one instance. */
export const invocationEnd = (
  client: SSMClient,
  commandId: string,
  instanceId: string,
): Promise<GetCommandInvocationCommandOutput> =>
  eventually(
    () =>
      client.send(
        new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }),
      ),
    ({ Status }) => !OPEN.includes(Status),
  );

/** Sends a command and gives its id. */
export const send = async (client: SSMClient, input: SendCommandCommandInput): Promise<string> => {
  const { Command } = await client.send(new SendCommandCommand(input));
  if (Command?.CommandId === undefined) throw new Error('SendCommand gave no id');
  return Command.CommandId;
};

/** Runs shell lines on an instance, with the document that AWS has for that, to the end. */
export const shell = async (
  client: SSMClient,
  instanceId: string,
  ...commands: string[]
): Promise<GetCommandInvocationCommandOutput> => {
  const id = await send(client, {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [instanceId],
    Parameters: { commands },
  });
  return invocationEnd(client, id, instanceId);
};
