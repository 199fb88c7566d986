import { paginateDescribeStacks, type Stack } from '@aws-sdk/client-cloudformation';
import { baseStackName, pairOfStackName } from '../../deployment/stack-names.ts';
import type { Aws } from './clients.ts';

/** The stacks of a deployment that exist; a stack that is gone does not count. */
export interface DeployedStacks {
  readonly base: Stack | undefined;
  /** By number of the pair, ascending. */
  readonly pairs: ReadonlyMap<number, Stack>;
}

/** Reads the stacks of a deployment. */
export const readStacks = async (aws: Aws, name: string): Promise<DeployedStacks> => {
  const stacks: Stack[] = [];
  for await (const page of paginateDescribeStacks({ client: aws.cloudFormation }, {})) {
    stacks.push(...(page.Stacks ?? []));
  }
  const alive = stacks.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  const pairs = alive.flatMap((stack) => {
    const pair = pairOfStackName(name, stack.StackName ?? '');
    return pair === undefined ? [] : [[pair, stack] as const];
  });
  return {
    base: alive.find(({ StackName }) => StackName === baseStackName(name)),
    pairs: new Map(pairs.toSorted(([a], [b]) => a - b)),
  };
};

/** The outputs of a stack by their keys. */
export const outputsOf = ({ Outputs = [] }: Pick<Stack, 'Outputs'>): ReadonlyMap<string, string> =>
  new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
