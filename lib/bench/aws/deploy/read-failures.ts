import { paginateDescribeStackEvents, type StackEvent } from '@aws-sdk/client-cloudformation';
import { pairOfStackName } from '../../../deployment/stack-names.ts';
import type { Aws } from '../clients.ts';
import { readStacks } from '../stacks.ts';

/** Why a stack could not be deployed. */
export interface DeployFailure {
  readonly stack: string;
  /** The pair whose stack it is; undefined for the base stack. */
  readonly pair: number | undefined;
  /** AWS's own words, from the event of the resource that failed first. */
  readonly reason: string;
}

/** Whether another zone, or another way of buying, may have what is missing. Pure. */
export const isCapacity = ({ reason }: Pick<DeployFailure, 'reason'>): boolean =>
  /InsufficientInstanceCapacity|sufficient .*capacity|no spot capacity|SpotMaxPriceTooLow|not supported in your requested Availability Zone/i.test(
    reason,
  );

/** Whether an event is the first of an operation on its stack; a rollback belongs to the operation that failed. */
const isBegin = ({ ResourceStatus, LogicalResourceId, StackName }: StackEvent): boolean =>
  /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(ResourceStatus ?? '') &&
  LogicalResourceId === StackName;

/** The event of the resource that failed first in the last operation on a stack; later ones only follow from it. Pure. */
export const firstFailure = (newestFirst: readonly StackEvent[]): StackEvent | undefined => {
  const begin = newestFirst.findIndex(isBegin);
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

/** Why stacks of a deployment are not as they were last meant to be. */
export const readFailures = async (
  aws: Aws,
  deployment: string,
): Promise<readonly DeployFailure[]> => {
  const { base, pairs } = await readStacks(aws, deployment);
  const failed = [base ?? [], ...pairs.values()]
    .flat()
    .filter(({ StackStatus = '' }) => /FAILED|ROLLBACK/.test(StackStatus));
  const found = failed.map(async ({ StackName: stack = '' }): Promise<readonly DeployFailure[]> => {
    const reason = firstFailure(await eventsOf(aws, stack))?.ResourceStatusReason;
    return reason === undefined
      ? []
      : [{ stack, pair: pairOfStackName(deployment, stack), reason }];
  });
  return (await Promise.all(found)).flat();
};
