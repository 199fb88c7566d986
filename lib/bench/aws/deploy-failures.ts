import { paginateDescribeStackEvents, type StackEvent } from '@aws-sdk/client-cloudformation';
import { pairOfStackName } from '../../aws/contract/stack-names.ts';
import type { Aws } from './clients.ts';
import { readStacks } from './read-stacks.ts';

/** Why a stack could not be deployed. */
export interface DeployFailure {
  readonly stack: string;
  /** Number of the stack's pair; undefined for the base stack. */
  readonly pair: number | undefined;
  /** The message of AWS, from the event of the resource that failed first. */
  readonly reason: string;
}

/** Whether another zone, or on-demand instead of spot, may have the missing capacity. */
export const isCapacity = ({ reason }: Pick<DeployFailure, 'reason'>): boolean =>
  /InsufficientInstanceCapacity|sufficient .*capacity|no spot capacity|SpotMaxPriceTooLow|not supported in your requested Availability Zone/i.test(
    reason,
  );

/** Whether an event begins an operation on its stack. A rollback belongs to the operation that failed. */
const isBeginning = ({ ResourceStatus, LogicalResourceId, StackName }: StackEvent): boolean =>
  /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(ResourceStatus ?? '') &&
  LogicalResourceId === StackName;

/** The event of the resource that failed first in the last operation on a stack; later failures only follow from it. */
export const firstFailure = (newestFirst: readonly StackEvent[]): StackEvent | undefined => {
  const begin = newestFirst.findIndex(isBeginning);
  return newestFirst
    .slice(0, begin < 0 ? undefined : begin)
    .findLast(
      ({ ResourceStatus = '', ResourceStatusReason = '', LogicalResourceId, StackName }) =>
        /^(CREATE|UPDATE)_FAILED$/.test(ResourceStatus) &&
        LogicalResourceId !== StackName &&
        !/cancelled/i.test(ResourceStatusReason),
    );
};

const eventsOf = async (aws: Aws, StackName: string): Promise<readonly StackEvent[]> => {
  const events: StackEvent[] = [];
  const pages = paginateDescribeStackEvents({ client: aws.cloudFormation }, { StackName });
  for await (const { StackEvents = [] } of pages) events.push(...StackEvents);
  return events;
};

/** Reads why the last operation on each failed stack of a deployment failed. */
export const readFailures = async (
  aws: Aws,
  deployment: string,
): Promise<readonly DeployFailure[]> => {
  const { base, pairs } = await readStacks(aws, deployment);
  const failed = [base ?? [], ...pairs.values()]
    .flat()
    .filter(({ StackStatus = '' }) => /FAILED|ROLLBACK/.test(StackStatus));
  const failures = failed.map(async ({ StackName: stack = '' }): Promise<DeployFailure[]> => {
    const reason = firstFailure(await eventsOf(aws, stack))?.ResourceStatusReason;
    return reason === undefined
      ? []
      : [{ stack, pair: pairOfStackName(deployment, stack), reason }];
  });
  return (await Promise.all(failures)).flat();
};
