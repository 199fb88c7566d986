import {
  DescribeStacksCommand,
  paginateListStacks,
  StackStatus,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { baseStackName, pairOfStackName } from '../../aws/contract/stack-names.ts';
import { awsErrorName } from './aws-error.ts';
import type { Aws } from './clients.ts';

/** The existing stacks of a deployment. */
export interface DeployedStacks {
  readonly base: Stack | undefined;
  /** By the number of the pair, in ascending order. */
  readonly pairs: ReadonlyMap<number, Stack>;
}

/** All states except those of stacks that were deleted or never created. */
const EXISTING = Object.values(StackStatus).filter(
  (status) => status !== 'DELETE_COMPLETE' && status !== 'REVIEW_IN_PROGRESS',
);

/** Reads a stack; undefined if it was deleted in the meantime. */
const describe = async (aws: Aws, id: string): Promise<Stack | undefined> => {
  try {
    const { Stacks = [] } = await aws.cloudFormation.send(
      new DescribeStacksCommand({ StackName: id }),
    );
    return Stacks[0];
  } catch (error) {
    if (awsErrorName(error) === 'ValidationError') return undefined;
    throw error;
  }
};

/** Reads the stacks of a deployment, each by its name, since the operator policy allows to describe only these. */
export const readStacks = async (aws: Aws, name: string): Promise<DeployedStacks> => {
  const ids: string[] = [];
  const input = { StackStatusFilter: EXISTING };
  for await (const page of paginateListStacks({ client: aws.cloudFormation }, input)) {
    for (const { StackName = '', StackId = StackName } of page.StackSummaries ?? []) {
      const isOurs =
        StackName === baseStackName(name) || pairOfStackName(name, StackName) !== undefined;
      if (isOurs) ids.push(StackId);
    }
  }
  const stacks = (await Promise.all(ids.map((id) => describe(aws, id)))).filter(
    (stack) => stack !== undefined,
  );
  const pairs = stacks.flatMap((stack) => {
    const pair = pairOfStackName(name, stack.StackName ?? '');
    return pair === undefined ? [] : [[pair, stack] as const];
  });
  return {
    base: stacks.find(({ StackName }) => StackName === baseStackName(name)),
    pairs: new Map(pairs.toSorted(([a], [b]) => a - b)),
  };
};

/** Returns the outputs of a stack by their keys. */
export const outputsOf = ({ Outputs = [] }: Pick<Stack, 'Outputs'>): ReadonlyMap<string, string> =>
  new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
