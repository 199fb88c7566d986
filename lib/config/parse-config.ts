import { measuredInStudy, servingNames } from '../../serving-configs/index.ts';
import type { Option } from '../../serving-configs/options/command.ts';
import type { ValueOfKind } from '../../serving-configs/options/kinds.ts';
import { ConfigError } from './config-error.ts';
import type { Config } from './config.ts';
import { contradictions } from './contradictions.ts';
import { instanceTypeFacts } from './instance-type.ts';
import { options, type OptionName } from './options.ts';
import { saidOptions, type SaidOptions } from './said-options.ts';

type ValueOf<Name extends OptionName> = ValueOfKind<(typeof options)[Name]['kind']>;

/** Images of some 20 GB unpack to 33, on the root disk where there is no other. */
const defaultVolumeGiB = (servingInstanceType: string): number =>
  instanceTypeFacts(servingInstanceType).hasNvme ? 100 : 150;

const withDefaults = (said: SaidOptions): Config => {
  /** What was said and checked. */
  const maybe = <Name extends OptionName>(name: Name): ValueOf<Name> | undefined =>
    said[name] as ValueOf<Name> | undefined;
  const value = <Name extends OptionName>(name: Name): ValueOf<Name> => {
    const { default: fallback }: Option = options[name];
    return (said[name] ?? fallback) as ValueOf<Name>;
  };
  const vpcId = maybe('vpc.vpcId');
  const subnetId = maybe('vpc.subnetId');
  const vpcZone = maybe('vpc.availabilityZone');
  const servings: readonly string[] = maybe('servings') ?? measuredInStudy;
  const version = value('k6.version');
  const sha256 = maybe('k6.sha256');
  return {
    name: value('name'),
    region: value('region'),
    availabilityZone: maybe('availabilityZone') ?? vpcZone ?? `${value('region')}a`,
    otherAvailabilityZones: value('otherAvailabilityZones'),
    areZonesGiven: [said.availabilityZone, said.otherAvailabilityZones, vpcZone].some(
      (zone) => zone !== undefined,
    ),
    pairs: value('pairs'),
    servingInstanceType: value('servingInstanceType'),
    middlewareInstanceType: value('middlewareInstanceType'),
    servingAmi: maybe('servingAmi'),
    middlewareAmi: maybe('middlewareAmi'),
    maxHours: value('maxHours'),
    spot: value('spot'),
    pairOverrides: value('pairOverrides'),
    vpcCidr: value('vpcCidr'),
    vpc:
      vpcId === undefined || subnetId === undefined || vpcZone === undefined
        ? undefined
        : { vpcId, subnetId, availabilityZone: vpcZone },
    // In the order of the manifests: the order in which they were said must not change a template.
    servings: servingNames.filter((name) => servings.includes(name)),
    runtime: value('runtime'),
    images: value('images'),
    registry: maybe('registry'),
    weights: value('weights'),
    models: maybe('models'),
    k6: {
      version,
      url:
        maybe('k6.url') ??
        `https://github.com/grafana/k6/releases/download/v${version}/k6-v${version}-linux-amd64.tar.gz`,
      ...(sha256 === undefined ? {} : { sha256 }),
    },
    volumeGiB: {
      serving: maybe('volumeGiB.serving') ?? defaultVolumeGiB(value('servingInstanceType')),
      middleware: value('volumeGiB.middleware'),
    },
  };
};

/**
 * A configuration from what was said, for example the content of a file.
 *
 * @param input an object of options; `{}` gives all defaults
 * @throws ConfigError with every problem at once
 */
export const parseConfig = (input: unknown): Config => {
  const { said, wrong, problems } = saidOptions(input);
  const config = withDefaults(said);
  const all = [...problems, ...contradictions(config, said, wrong)];
  if (all.length > 0) throw new ConfigError(all);
  return config;
};
