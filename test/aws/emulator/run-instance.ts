import { RunInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import {
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  type SSMClient,
} from '@aws-sdk/client-ssm';

import type { Emulator } from '../support/emulator.ts';
import { eventually } from './waiting.ts';

export interface InstanceOptions {
  readonly userData?: string;
  readonly type?: 'c5.xlarge' | 'g4dn.xlarge';
  readonly shutdown?: 'terminate' | 'stop';
}

/** Launches one instance and gives its id. */
export const runInstance = async (
  client: EC2Client,
  options: InstanceOptions = {},
): Promise<string> => {
  const { userData, type = 'c5.xlarge', shutdown = 'terminate' } = options;
  const { Instances } = await client.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      InstanceType: type,
      MinCount: 1,
      MaxCount: 1,
      InstanceInitiatedShutdownBehavior: shutdown,
      Placement: { AvailabilityZone: 'us-east-1a' },
      ...(userData === undefined ? {} : { UserData: Buffer.from(userData).toString('base64') }),
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
