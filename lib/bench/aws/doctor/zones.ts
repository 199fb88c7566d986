import { pairNumbers, zoneOf, type Config } from '../../../config/index.ts';
import { offeringZones } from '../../../aws-lookups/zones.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

/**
 * Verdict on the zones of the configuration. Pure.
 *
 * @param good those that offer both instance types
 */
export const zoneVerdict = (config: Config, good: readonly string[]): Check => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const name = 'zones';
  if (good.length === 0) {
    return failed(
      name,
      `no zone of ${config.region} offers ${types.join(' and ')} together`,
      'choose another region or other instance types in the configuration',
    );
  }
  const used = new Set([
    ...pairNumbers(config).map((pair) => zoneOf(config, pair)),
    ...config.otherAvailabilityZones,
  ]);
  const bad = [...used].filter((zone) => !good.includes(zone));
  return bad.length === 0 || !config.areZonesGiven
    ? ok(name, `${good.join(', ')} offer ${types.join(' and ')}`)
    : failed(
        name,
        `${bad.join(', ')} of the configuration does not offer ${types.join(' and ')}`,
        `leave availabilityZone and otherAvailabilityZones out, or set them to some of ${good.join(', ')}`,
      );
};

/** Which zones offer what the configuration needs. */
export const checkZones = async (aws: Aws, config: Config): Promise<Check> =>
  zoneVerdict(config, await offeringZones(aws.ec2, config));
