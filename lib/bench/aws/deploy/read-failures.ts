import { paginateDescribeStackEvents } from '@aws-sdk/client-cloudformation';
import { baseStackName, pairStackName } from '../../../deployment/stack-names.ts';
import type { Aws } from '../clients.ts';
import { readStacks } from '../stacks.ts';
import { failureOf, type DeployFailure, type StackEvent } from './failure.ts';

/** A failure, and the pair whose stack it is; undefined for the base stack. */
export interface FoundFailure {
  readonly pair: number | undefined;
  readonly failure: DeployFailure;
  /** As CloudFormation calls it. */
  readonly status: string;
}

const eventsOf = async (aws: Aws, stack: string): Promise<readonly StackEvent[]> => {
  const events: StackEvent[] = [];
  const input = { StackName: stack };
  for await (const page of paginateDescribeStackEvents({ client: aws.cloudFormation }, input)) {
    for (const event of page.StackEvents ?? []) {
      events.push({
        resource: event.LogicalResourceId ?? '',
        status: event.ResourceStatus ?? '',
        reason: event.ResourceStatusReason,
      });
    }
  }
  return events;
};

const isBroken = (status: string): boolean => /FAILED|ROLLBACK/.test(status);

/** Why stacks of a deployment are not as they were meant to be. */
export const readFailures = async (
  aws: Aws,
  deployment: string,
): Promise<readonly FoundFailure[]> => {
  const { base, pairs } = await readStacks(aws, deployment);
  const stacks = [
    ...(base === undefined
      ? []
      : [{ pair: undefined, name: baseStackName(deployment), stack: base }]),
    ...[...pairs].map(([pair, stack]) => ({ pair, name: pairStackName(deployment, pair), stack })),
  ];
  const found = await Promise.all(
    stacks.map(async ({ pair, name, stack: { StackStatus = '' } }) => {
      if (!isBroken(StackStatus)) return undefined;
      const failure = failureOf(name, await eventsOf(aws, name));
      return failure && { pair, failure, status: StackStatus };
    }),
  );
  return found.filter((one) => one !== undefined);
};
