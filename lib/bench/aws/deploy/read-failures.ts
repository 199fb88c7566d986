import { paginateDescribeStackEvents, type Stack } from '@aws-sdk/client-cloudformation';
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

/** Ids of the newest events of all stacks: what comes later is of the next operation. */
export type EventMarks = ReadonlySet<string>;

interface NamedStack {
  readonly pair: number | undefined;
  readonly name: string;
  readonly stack: Stack;
}

const namedStacks = async (aws: Aws, deployment: string): Promise<readonly NamedStack[]> => {
  const { base, pairs } = await readStacks(aws, deployment);
  return [
    ...(base === undefined
      ? []
      : [{ pair: undefined, name: baseStackName(deployment), stack: base }]),
    ...[...pairs].map(([pair, stack]) => ({ pair, name: pairStackName(deployment, pair), stack })),
  ];
};

/** The events of a stack up to a marked one, newest first. */
const eventsOf = async (
  aws: Aws,
  stack: string,
  marks: EventMarks,
): Promise<readonly (StackEvent & { readonly id: string })[]> => {
  const events = [];
  const input = { StackName: stack };
  for await (const page of paginateDescribeStackEvents({ client: aws.cloudFormation }, input)) {
    for (const event of page.StackEvents ?? []) {
      const { EventId: id = '' } = event;
      if (marks.has(id)) return events;
      events.push({
        id,
        resource: event.LogicalResourceId ?? '',
        status: event.ResourceStatus ?? '',
        reason: event.ResourceStatusReason,
      });
    }
  }
  return events;
};

/** Where the events of the stacks stand now. */
export const readMarks = async (aws: Aws, deployment: string): Promise<EventMarks> => {
  const stacks = await namedStacks(aws, deployment);
  const ids = await Promise.all(
    stacks.map(async ({ name }) => (await eventsOf(aws, name, new Set()))[0]?.id),
  );
  return new Set(ids.filter((id) => id !== undefined));
};

const isBroken = (status: string): boolean => /FAILED|ROLLBACK/.test(status);

/** Why stacks of a deployment are not as they were meant to be, from what happened since the marks. */
export const readFailures = async (
  aws: Aws,
  deployment: string,
  marks: EventMarks,
): Promise<readonly FoundFailure[]> => {
  const stacks = await namedStacks(aws, deployment);
  const found = await Promise.all(
    stacks.map(async ({ pair, name, stack: { StackStatus = '' } }) => {
      if (!isBroken(StackStatus)) return undefined;
      const failure = failureOf(name, await eventsOf(aws, name, marks));
      return failure && { pair, failure, status: StackStatus };
    }),
  );
  return found.filter((one) => one !== undefined);
};
