import { paginateDescribeInstanceTypeOfferings } from '@aws-sdk/client-ec2';
import { pairConfigOf, type Config } from '../../../config.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

/** The zones of each instance type. */
export type Offerings = ReadonlyMap<string, ReadonlySet<string>>;

/** Verdict on the zones of the configuration. Pure. */
export const zoneVerdict = (config: Config, offerings: Offerings): Check => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const offersAll = (zone: string): boolean =>
    types.every((type) => offerings.get(type)?.has(zone) === true);
  const good = [...new Set([...offerings.values()].flatMap((zones) => [...zones]))]
    .filter(offersAll)
    .toSorted();
  const used = new Set([
    ...Array.from(
      { length: config.pairs },
      (_, index) => pairConfigOf(config, index + 1).availabilityZone,
    ),
    ...config.otherAvailabilityZones,
  ]);
  const bad = [...used].filter((zone) => !offersAll(zone));
  const name = 'zones';
  if (good.length === 0) {
    return failed(
      name,
      `no zone of ${config.region} offers ${types.join(' and ')} together`,
      'choose another region or other instance types in the configuration',
    );
  }
  const all = `${good.join(', ')} offer ${types.join(' and ')}`;
  return bad.length === 0
    ? ok(name, all)
    : failed(
        name,
        `${bad.join(', ')} of the configuration does not offer ${types.join(' and ')}`,
        `set availabilityZone and otherAvailabilityZones to some of ${good.join(', ')}`,
      );
};

/** Which zones offer what the configuration needs. */
export const checkZones = async (aws: Aws, config: Config): Promise<Check> => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const offerings = new Map<string, Set<string>>(types.map((type) => [type, new Set()]));
  const input = {
    LocationType: 'availability-zone' as const,
    Filters: [{ Name: 'instance-type', Values: types }],
  };
  for await (const page of paginateDescribeInstanceTypeOfferings({ client: aws.ec2 }, input)) {
    for (const { InstanceType = '', Location = '' } of page.InstanceTypeOfferings ?? []) {
      offerings.get(InstanceType)?.add(Location);
    }
  }
  return zoneVerdict(config, offerings);
};
