import {
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type CloudFormationClient,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';

import { eventually } from './waiting.ts';

export interface DeployedStack {
  readonly id: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The last one first. */
  readonly events: readonly StackEvent[];
  /** What failed, the first one first: [logical id, reason]. */
  readonly failures: readonly (readonly [string, string])[];
}

const find = async (client: CloudFormationClient, name: string): Promise<Stack | undefined> => {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch {
    return undefined;
  }
};

const settled = (stack: Stack | undefined): boolean =>
  stack?.StackStatus !== undefined && !stack.StackStatus.endsWith('IN_PROGRESS');

const describe = async (client: CloudFormationClient, stack: Stack): Promise<DeployedStack> => {
  const id = stack.StackId ?? '';
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: id }));
  const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
    OutputKey,
    OutputValue,
  ]);
  return {
    id,
    status: stack.StackStatus ?? '',
    outputs: Object.fromEntries(outputs) as Record<string, string>,
    events: StackEvents,
    failures: StackEvents.filter(({ ResourceStatus = '' }) => ResourceStatus.endsWith('_FAILED'))
      .map((event) => [event.LogicalResourceId ?? '', event.ResourceStatusReason ?? ''] as const)
      .toReversed(),
  };
};

/** Creates or updates a stack through a change set, as `cdk deploy` does, and waits for the end. */
export const deployTemplate = async (
  client: CloudFormationClient,
  name: string,
  template: unknown,
): Promise<DeployedStack> => {
  const exists = (await find(client, name)) !== undefined;
  await client.send(
    new CreateChangeSetCommand({
      StackName: name,
      ChangeSetName: 'test',
      ChangeSetType: exists ? 'UPDATE' : 'CREATE',
      TemplateBody: JSON.stringify(template),
    }),
  );
  await client.send(new ExecuteChangeSetCommand({ StackName: name, ChangeSetName: 'test' }));
  const stack = await eventually(() => find(client, name), settled, 60_000);
  if (stack === undefined) throw new Error(`${name} is gone`);
  return describe(client, stack);
};

/** Deletes a stack and waits for the end. */
export const deleteStack = async (
  client: CloudFormationClient,
  name: string,
): Promise<DeployedStack> => {
  // A deleted stack is found by its id only.
  const id = (await find(client, name))?.StackId ?? name;
  await client.send(new DeleteStackCommand({ StackName: id }));
  const stack = await eventually(() => find(client, id), settled, 60_000);
  if (stack === undefined) throw new Error(`${id} is not found`);
  return describe(client, stack);
};
