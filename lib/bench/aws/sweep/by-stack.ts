import { baseStackName, pairStackName } from '../../../deployment/stack-names.ts';
import type { Aws } from '../clients.ts';
import { readStacks } from '../stacks.ts';
import type { Leftover } from './leftover.ts';

/** The stacks of a deployment that are there, in whatever state. */
export const leftoversByStack = async (
  aws: Aws,
  deployment: string,
): Promise<readonly Leftover[]> => {
  const { base, pairs } = await readStacks(aws, deployment);
  const stacks = [
    ...[...pairs].map(([pair, stack]) => ({ id: pairStackName(deployment, pair), stack })),
    ...(base === undefined ? [] : [{ id: baseStackName(deployment), stack: base }]),
  ];
  return stacks.map(({ id, stack: { StackStatus = '', StackStatusReason } }) => ({
    kind: 'stack',
    id,
    foundBy: 'stack',
    note: [StackStatus, StackStatusReason ?? ''].filter((part) => part !== '').join(': '),
    remove:
      id === baseStackName(deployment)
        ? 'npx serving-compare fetch --all --delete && npx cdk destroy --all'
        : 'npx cdk destroy --all',
  }));
};
