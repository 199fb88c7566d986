import { paginateDescribeInstances, paginateDescribeVolumes } from '@aws-sdk/client-ec2';
import { baseStackName, pairStackName } from '../../aws/contract/stack-names.ts';
import { deploymentTags } from '../../aws/contract/tags.ts';
import type { Aws } from './clients.ts';
import { readStacks } from './read-stacks.ts';

/** A resource of a deployment that still exists. */
export interface Leftover {
  readonly kind: 'stack' | 'instance' | 'volume';
  /** Id or name. */
  readonly id: string;
  /** Its state, and the reason for it if there is one. */
  readonly note: string;
  /** The command that removes it. */
  readonly remove: string;
}

/**
 * Lists what is left of a deployment, in the order in which it can be removed: stacks, instances and volumes. A deleted stack
 * leaves nothing behind, since no resource of ours is retained. Instances and volumes are listed beside the stacks because
 * they cost money. The tagging API is not used: it lists deleted resources for an hour or longer.
 */
export const findLeftovers = async (aws: Aws, deployment: string): Promise<readonly Leftover[]> => {
  const Filters = Object.entries(deploymentTags(deployment)).map(([key, value]) => ({
    Name: `tag:${key}`,
    Values: [value],
  }));
  const isAlive = {
    Name: 'instance-state-name',
    Values: ['pending', 'running', 'stopping', 'stopped'],
  };
  const inRegion = `--region ${aws.region}`;
  const { base, pairs } = await readStacks(aws, deployment);
  const stacks = [...pairs].map(
    ([pair, stack]) => [pairStackName(deployment, pair), stack] as const,
  );
  if (base !== undefined) stacks.push([baseStackName(deployment), base]);
  const leftovers = stacks.map(([id, { StackStatus = '', StackStatusReason }]): Leftover => ({
    kind: 'stack',
    id,
    note: [StackStatus, StackStatusReason ?? []].flat().join(': '),
    remove: 'npx serving-compare finish',
  }));
  const ec2 = { client: aws.ec2 };
  for await (const page of paginateDescribeInstances(ec2, { Filters: [...Filters, isAlive] })) {
    const instances = (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
    for (const { InstanceId: id = '', State } of instances) {
      const remove = `aws ec2 terminate-instances --instance-ids ${id} ${inRegion}`;
      leftovers.push({ kind: 'instance', id, note: State?.Name ?? '', remove });
    }
  }
  for await (const page of paginateDescribeVolumes(ec2, { Filters })) {
    for (const { VolumeId: id = '', State = '' } of page.Volumes ?? []) {
      const remove = `aws ec2 delete-volume --volume-id ${id} ${inRegion}`;
      leftovers.push({ kind: 'volume', id, note: State, remove });
    }
  }
  return leftovers;
};
