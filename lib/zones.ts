import { EC2Client, paginateDescribeInstanceTypeOfferings } from '@aws-sdk/client-ec2';
import { ConfigError, type Config } from './config.ts';

/**
 * The zones of a region that offer both instance types, by their letters. Which letter lacks one differs from account to
 * account. Local zones, which have longer names, are left out.
 */
export const offeringZones = async (
  ec2: EC2Client,
  { region, servingInstanceType, middlewareInstanceType }: Config,
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

/**
 * The configuration with zones: those that it names, or all that offer its instance types, the first for the nodes and the
 * others to go on in.
 *
 * @throws ConfigError where no zone offers both.
 */
export const chooseZones = async (
  config: Config,
  ec2 = new EC2Client({ region: config.region }),
): Promise<Config> => {
  if (config.areZonesGiven) return config;
  const [availabilityZone, ...otherAvailabilityZones] = await offeringZones(ec2, config);
  if (availabilityZone !== undefined) {
    return { ...config, availabilityZone, otherAvailabilityZones };
  }
  const { region, servingInstanceType, middlewareInstanceType } = config;
  throw new ConfigError([
    `no zone of ${region} offers ${servingInstanceType} and ${middlewareInstanceType} together: give another region or other instance types`,
  ]);
};
