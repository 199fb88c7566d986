import { paginateDescribeInstanceTypeOfferings, type EC2Client } from '@aws-sdk/client-ec2';
import type { DeploymentConfig } from '../config/index.ts';

/**
 * Lists the zones of a region that offer both instance types, sorted by name. The letters of zones mean different zones in
 * different accounts. Local zones, which have longer names, are left out.
 */
export const offeringZones = async (
  ec2: EC2Client,
  { region, servingInstanceType, middlewareInstanceType }: DeploymentConfig,
): Promise<readonly string[]> => {
  const types = [...new Set([servingInstanceType, middlewareInstanceType])];
  const counts = new Map<string, number>();
  const input = {
    LocationType: 'availability-zone' as const,
    Filters: [{ Name: 'instance-type', Values: types }],
  };
  for await (const page of paginateDescribeInstanceTypeOfferings({ client: ec2 }, input)) {
    for (const { Location = '' } of page.InstanceTypeOfferings ?? []) {
      counts.set(Location, (counts.get(Location) ?? 0) + 1);
    }
  }
  const zone = new RegExp(`^${region}[a-h]$`);
  return [...counts]
    .filter(([name, count]) => zone.test(name) && count === types.length)
    .map(([name]) => name)
    .toSorted();
};
