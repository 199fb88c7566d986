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

/** Ids of the newest events of all stacks: what comes later is of the next operation. */
export type EventMarks = ReadonlySet<string>;

/** The stacks of a deployment, the base first. */
const stacksOf = async (aws: Aws, deployment: string) => {
  const { base, pairs } = await readStacks(aws, deployment);
  return [base ?? [], ...pairs.values()].flat();
};

/** The events of a stack up to a marked one, newest first. */
const eventsOf = async (
  aws: Aws,
  StackName: string | undefined,
  marks: EventMarks = new Set(),
): Promise<readonly StackEvent[]> => {
  const events: StackEvent[] = [];
  const pages = paginateDescribeStackEvents({ client: aws.cloudFormation }, { StackName });
  for await (const { StackEvents = [] } of pages) {
    for (const event of StackEvents) {
      if (marks.has(event.EventId ?? '')) return events;
      events.push(event);
    }
  }
  return events;
};

/** Where the events of the stacks stand now. */
export const readMarks = async (aws: Aws, deployment: string): Promise<EventMarks> => {
  const stacks = await stacksOf(aws, deployment);
  const newest = await Promise.all(
    stacks.map(async ({ StackName }) => (await eventsOf(aws, StackName))[0]?.EventId),
  );
  return new Set(newest.filter((id) => id !== undefined));
};

/** The event of the resource that failed first; later ones only follow from it. Pure. */
export const firstFailure = (newestFirst: readonly StackEvent[]): StackEvent | undefined =>
  newestFirst.findLast(
    ({ ResourceStatus = '', ResourceStatusReason = '', LogicalResourceId, StackName }) =>
      /^(CREATE|UPDATE)_FAILED$/.test(ResourceStatus) &&
      LogicalResourceId !== StackName &&
      !/cancelled/i.test(ResourceStatusReason),
  );

/** Why stacks of a deployment are not as they were meant to be, from what happened since the marks. */
export const readFailures = async (
  aws: Aws,
  deployment: string,
  marks: EventMarks,
): Promise<readonly DeployFailure[]> => {
  const stacks = await stacksOf(aws, deployment);
  const found = await Promise.all(
    stacks.map(
      async ({
        StackName: stack = '',
        StackStatus: status = '',
      }): Promise<readonly DeployFailure[]> => {
        if (!/FAILED|ROLLBACK/.test(status)) return [];
        const event = firstFailure(await eventsOf(aws, stack, marks));
        if (event === undefined) return [];
        const { ResourceStatusReason: reason = '' } = event;
        return [{ stack, pair: pairOfStackName(deployment, stack), reason }];
      },
    ),
  );
  return found.flat();
};
