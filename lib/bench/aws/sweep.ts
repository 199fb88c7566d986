import {
  paginateDescribeInstances,
  paginateDescribeVolumes,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { baseStackName, pairStackName } from '../../deployment/stack-names.ts';
import { PROJECT_TAG_VALUE, tagKeys } from '../../deployment/tags.ts';
import { awsErrorName } from './aws-error.ts';
import type { Aws } from './clients.ts';
import { shellLine } from './shell-text.ts';
import { readStacks } from './stacks.ts';

/** Something of a deployment that still exists. */
export interface Leftover {
  /** What it is, e.g. `instance`. */
  readonly kind: string;
  /** Id or name. */
  readonly id: string;
  /** What is known beside, e.g. the state. */
  readonly note?: string;
  /** The command that removes it. */
  readonly remove: string;
}

const REMOVE: Readonly<Record<string, readonly string[]>> = {
  instance: ['ec2', 'terminate-instances', '--instance-ids'],
  volume: ['ec2', 'delete-volume', '--volume-id'],
  vpc: ['ec2', 'delete-vpc', '--vpc-id'],
  bucket: ['s3', 'rb', '--force'],
  'log-group': ['logs', 'delete-log-group', '--log-group-name'],
  alarm: ['cloudwatch', 'delete-alarms', '--alarm-names'],
};

/** Kind and id from an ARN (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). Pure. */
export const resourceOfArn = (arn: string): Pick<Leftover, 'kind' | 'id'> => {
  const [, , service = '', , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  if (service === 's3') return { kind: 'bucket', id: resource };
  const [, type = service, id = resource] = /^([\w-]+)[:/](.+?)(?::\*)?$/.exec(resource) ?? [];
  return { kind: type, id };
};

/** The command that removes something; for what has none here, where to look for it. Pure. */
export const removeLine = (kind: string, id: string, region: string): string => {
  const words = REMOVE[kind];
  return words === undefined
    ? `look for it in the console of ${region}`
    : shellLine(['aws', ...words, kind === 'bucket' ? `s3://${id}` : id, '--region', region]);
};

/** The services whose word is asked, and those whose things cost nothing. */
const NOT_BY_TAG =
  /:(cloudformation|iam|ssm):|:ec2:.*:(instance|volume|vpc|subnet|security-group|route-table|internet-gateway|network-interface|vpc-endpoint|launch-template|placement-group|spot-instances-request)\//;

/** Whether the tagging service's word on something is to be taken: it names for an hour or longer what is no more. Pure. */
export const countsByTag = (arn: string): boolean => !NOT_BY_TAG.test(arn);

const isBucketThere = async (aws: Aws, Bucket: string): Promise<boolean> => {
  try {
    await aws.s3.send(new HeadBucketCommand({ Bucket }));
    return true;
  } catch (error) {
    if (awsErrorName(error) === 'NotFound') return false;
    throw error;
  }
};

const all = async <Page, Found>(
  pages: AsyncIterable<Page>,
  of: (page: Page) => readonly Found[] | undefined,
): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for await (const page of pages) found.push(...(of(page) ?? []));
  return found;
};

/**
 * What is left of a deployment and costs money, and its network, in the order in which it can be removed. CloudFormation and
 * EC2 are asked for stacks, instances, volumes and networks; the tagging service for everything else, since it sees all
 * services, but forgets late.
 */
export const sweep = async (aws: Aws, deployment: string): Promise<readonly Leftover[]> => {
  const { region } = aws;
  const tags = Object.entries({
    [tagKeys.project]: PROJECT_TAG_VALUE,
    [tagKeys.deployment]: deployment,
  });
  const Filters = tags.map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const TagFilters = tags.map(([Key, value]) => ({ Key, Values: [value] }));
  const alive = {
    Name: 'instance-state-name',
    Values: ['pending', 'running', 'stopping', 'stopped'],
  };
  const ec2 = { client: aws.ec2 };
  const [{ base, pairs }, instances, volumes, vpcs, arns] = await Promise.all([
    readStacks(aws, deployment),
    all(paginateDescribeInstances(ec2, { Filters: [...Filters, alive] }), ({ Reservations }) =>
      Reservations?.flatMap(({ Instances = [] }) => Instances),
    ),
    all(paginateDescribeVolumes(ec2, { Filters }), ({ Volumes }) => Volumes),
    all(paginateDescribeVpcs(ec2, { Filters }), ({ Vpcs }) => Vpcs),
    all(paginateGetResources({ client: aws.tagging }, { TagFilters }), (page) =>
      page.ResourceTagMappingList?.map(({ ResourceARN = '' }) => ResourceARN),
    ),
  ]);
  const leftover = (kind: string, id: string | undefined = '', note?: string): Leftover => ({
    kind,
    id,
    ...(note === undefined ? {} : { note }),
    remove: removeLine(kind, id, region),
  });
  const stacks = [...pairs].map(
    ([pair, stack]) => [pairStackName(deployment, pair), stack] as const,
  );
  if (base !== undefined) stacks.push([baseStackName(deployment), base]);
  const byTag = await Promise.all(
    arns.filter(countsByTag).map(async (arn) => {
      const { kind, id } = resourceOfArn(arn);
      if (kind !== 'bucket') {
        return leftover(kind, id, 'by its tags, which AWS lists for a while after it is gone');
      }
      return (await isBucketThere(aws, id)) ? leftover(kind, id) : [];
    }),
  );
  return [
    ...stacks.map(([id, { StackStatus = '', StackStatusReason }]) => ({
      ...leftover('stack', id, [StackStatus, StackStatusReason ?? []].flat().join(': ')),
      remove: `${id === baseStackName(deployment) ? 'npx serving-compare fetch --all --delete && ' : ''}npx cdk destroy --all`,
    })),
    ...instances.map(({ InstanceId, State }) => leftover('instance', InstanceId, State?.Name)),
    ...volumes.map(({ VolumeId, State }) => leftover('volume', VolumeId, State)),
    ...byTag.flat(),
    ...vpcs.map(({ VpcId }) =>
      leftover('vpc', VpcId, 'costs nothing; the console deletes it with its subnets and gateways'),
    ),
  ];
};
