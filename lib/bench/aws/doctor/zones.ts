import { pairNumbers, zoneOf, type DeploymentConfig } from '../../../aws/config/index.ts';
import { offeringZones } from '../../../aws/lookups/zones.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type DoctorCheck } from './check.ts';

/**
 * Judges the zones of the configuration.
 *
 * @param offering the zones that offer both instance types
 */
export const zoneVerdict = (config: DeploymentConfig, offering: readonly string[]): DoctorCheck => {
  const types = [...new Set([config.servingInstanceType, config.middlewareInstanceType])];
  const name = 'zones';
  if (offering.length === 0) {
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
  const lacking = [...used].filter((zone) => !offering.includes(zone));
  return lacking.length === 0 || !config.areZonesGiven
    ? ok(name, `zones with ${types.join(' and ')}: ${offering.join(', ')}`)
    : failed(
        name,
        `zones of the configuration that do not offer ${types.join(' and ')}: ${lacking.join(', ')}`,
        `leave availabilityZone and otherAvailabilityZones out, or set them to some of ${offering.join(', ')}`,
      );
};

/** Checks that the zones of the configuration offer its instance types. */
export const checkZones = async (aws: Aws, config: DeploymentConfig): Promise<DoctorCheck> =>
  zoneVerdict(config, await offeringZones(aws.ec2, config));
