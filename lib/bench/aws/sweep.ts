import { paginateDescribeInstances, paginateDescribeVolumes } from '@aws-sdk/client-ec2';
import { baseStackName, pairStackName } from '../../deployment/stack-names.ts';
import { deploymentTags } from '../../deployment/tags.ts';
import type { Aws } from './clients.ts';
import { readStacks } from './stacks.ts';

/** Something of a deployment that still exists. */
export interface Leftover {
  /** What it is, e.g. `instance`. */
  readonly kind: string;
  /** Id or name. */
  readonly id: string;
  /** What is known beside: the state. */
  readonly note: string;
  /** The command that removes it. */
  readonly remove: string;
}

/**
 * What is left of a deployment, in the order in which it can be removed. A stack that is deleted has deleted all that it made,
 * since no resource of ours is retained; one that could not be is still there. Beside the stacks, instances and volumes are
 * asked for, as they are what costs money. The tagging service is not: it names for an hour or longer what is gone.
 */
export const sweep = async (aws: Aws, deployment: string): Promise<readonly Leftover[]> => {
  const Filters = Object.entries(deploymentTags(deployment)).map(([key, value]) => ({
    Name: `tag:${key}`,
    Values: [value],
  }));
  const alive = {
    Name: 'instance-state-name',
    Values: ['pending', 'running', 'stopping', 'stopped'],
  };
  const inRegion = `--region ${aws.region}`;
  const { base, pairs } = await readStacks(aws, deployment);
  const stacks = [...pairs].map(
    ([pair, stack]) => [pairStackName(deployment, pair), stack] as const,
  );
  if (base !== undefined) stacks.push([baseStackName(deployment), base]);
  const found: Leftover[] = stacks.map(([id, { StackStatus = '', StackStatusReason }]) => ({
    kind: 'stack',
    id,
    note: [StackStatus, StackStatusReason ?? []].flat().join(': '),
    // A bucket with results in it keeps the base stack.
    remove: `${id === baseStackName(deployment) ? 'npx serving-compare fetch --all --delete && ' : ''}npx cdk destroy --all`,
  }));
  const ec2 = { client: aws.ec2 };
  for await (const page of paginateDescribeInstances(ec2, { Filters: [...Filters, alive] })) {
    for (const { InstanceId: id = '', State } of (page.Reservations ?? []).flatMap(
      ({ Instances = [] }) => Instances,
    )) {
      const remove = `aws ec2 terminate-instances --instance-ids ${id} ${inRegion}`;
      found.push({ kind: 'instance', id, note: State?.Name ?? '', remove });
    }
  }
  for await (const page of paginateDescribeVolumes(ec2, { Filters })) {
    for (const { VolumeId: id = '', State = '' } of page.Volumes ?? []) {
      const remove = `aws ec2 delete-volume --volume-id ${id} ${inRegion}`;
      found.push({ kind: 'volume', id, note: State, remove });
    }
  }
  return found;
};
