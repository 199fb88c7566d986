import {
  measuredInStudy,
  ownManifestOf,
  RESNET50,
  servingNames,
  type ServingName,
} from '../../../serving-configs/index.ts';
import type { Accelerator } from '../../../serving-configs/manifest.ts';
import type { Option } from '../../../serving-configs/options/command.ts';
import { suggest } from '../../../serving-configs/options/suggest.ts';
import { ConfigError, type DeploymentConfig, type GivenOptions } from './config.ts';
import { acceleratorOf, instanceTypeFacts } from './instance-type.ts';
import { isOptionName, optionNames, options, type OptionName, type RawOptions } from './options.ts';

/** Returns what is wrong, or false. */
type Rule = (config: DeploymentConfig, raw: RawOptions) => readonly (string | false)[];

const zones: Rule = (config) => {
  const sharedZones = [config.availabilityZone, ...config.otherAvailabilityZones];
  const namedZones = [
    ['availabilityZone', config.availabilityZone],
    ...Object.entries(config.otherAvailabilityZones).map(
      ([index, zone]) => [`otherAvailabilityZones[${index}]`, zone] as const,
    ),
    ...Object.entries(config.pairZones).map(
      ([pair, zone]) => [`pairZones[${pair}]`, zone] as const,
    ),
  ] as const;
  return [
    ...namedZones.map(
      ([name, zone]) =>
        zone.slice(0, -1) !== config.region &&
        `${name} is "${zone}", which is not in the region ${config.region}: give one such as ${config.region}a`,
    ),
    new Set(sharedZones).size < sharedZones.length &&
      'otherAvailabilityZones repeats a zone, or names availabilityZone: give each zone once',
  ];
};

const existingNetwork: Rule = ({ vpcId, subnetId, otherAvailabilityZones, pairZones }, raw) => {
  const networkOptions = [vpcId, subnetId, raw.availabilityZone];
  return [
    (vpcId ?? subnetId) !== undefined &&
      networkOptions.includes(undefined) &&
      'an existing network is named by vpcId, subnetId and availabilityZone, the zone of that subnet: give all three',
    subnetId !== undefined &&
      (otherAvailabilityZones.length > 0 || Object.keys(pairZones).length > 0) &&
      'otherAvailabilityZones and pairZones cannot be used with subnetId, which is in one zone: leave them out',
  ];
};

const instances: Rule = ({ servingInstanceType, middlewareInstanceType }) =>
  Object.entries({ servingInstanceType, middlewareInstanceType }).map(
    ([name, type]) =>
      instanceTypeFacts(type).architecture === 'arm64' &&
      `${name} is "${type}", which has an ARM processor, but what is installed is for x86_64: give a type such as ${name === 'servingInstanceType' ? 'g4dn.xlarge' : 'c5.xlarge'}`,
  );

const driver: Rule = ({ servingInstanceType, servingAmi, runtime }) => [
  runtime === 'container' &&
    servingAmi === undefined &&
    instanceTypeFacts(servingInstanceType).isGpuTooOld &&
    `servingInstanceType is "${servingInstanceType}", whose GPU is too old for the driver of the usual AMI: give a type such as g4dn.xlarge, or an AMI with another driver as servingAmi`,
];

const hasImage = (serving: ServingName, accelerator: Accelerator): boolean => {
  const { image } = ownManifestOf(serving, RESNET50).container;
  return !('official' in image) || image.official[accelerator] !== undefined;
};

const containers: Rule = ({ servingInstanceType, runtime, images, servings, models }, raw) => {
  if (runtime !== 'container') return [];
  const accelerator = acceleratorOf(servingInstanceType);
  const withoutImage = servings.filter(
    (serving) => images[serving] === undefined && !hasImage(serving, accelerator),
  );
  return [
    withoutImage.length > 0 &&
      `servings has ${withoutImage.join(', ')}, without an image for the ${accelerator} of ${servingInstanceType}, but runtime is container: leave it out, or give it one in images`,
    models !== undefined &&
      raw.weights !== undefined &&
      'models and weights are both given: the nodes either take models or build them, so leave one out',
  ];
};

const k6Mirror: Rule = ({ k6Url, k6Sha256 }) => [
  k6Url.startsWith('s3://') &&
    k6Sha256 === undefined &&
    'k6Url is an address in S3, beside which there is no list of checksums: give k6Sha256 too',
];

const pairNumbers: Rule = ({ pairZones, pairs }) =>
  Object.keys(pairZones).map(
    (pair) =>
      Number(pair) > pairs &&
      `pairZones has a pair ${pair}, but there are only ${pairs}: give numbers from 1 to ${pairs}`,
  );

/** The problems of options that are valid by themselves but not together. */
const contradictions = (config: DeploymentConfig, raw: RawOptions): readonly string[] =>
  [zones, existingNetwork, instances, driver, containers, k6Mirror, pairNumbers]
    .flatMap((rule) => rule(config, raw))
    .filter((problem) => typeof problem === 'string');

/** Images of about 20 GB unpack to 33 GB, on the root disk if there is no NVMe disk. */
const defaultVolumeGiB = (servingInstanceType: string): number =>
  instanceTypeFacts(servingInstanceType).hasNvme ? 100 : 150;

const withDefaults = (raw: RawOptions): DeploymentConfig => {
  const given = Object.fromEntries(
    optionNames.map((name) => {
      const { default: fallback }: Option = options[name];
      return [name, raw[name] ?? fallback];
    }),
  ) as unknown as GivenOptions;
  const { region, servings = measuredInStudy, k6Version, servingInstanceType } = given;
  return {
    ...given,
    availabilityZone: given.availabilityZone ?? `${region}a`,
    areZonesGiven: raw.availabilityZone !== undefined || raw.otherAvailabilityZones !== undefined,
    // In the order of the manifests, so that the order in the configuration does not change a template.
    servings: servingNames.filter((name) => servings.includes(name)),
    k6Url:
      given.k6Url ??
      `https://github.com/grafana/k6/releases/download/v${k6Version}/k6-v${k6Version}-linux-amd64.tar.gz`,
    servingVolumeGiB: given.servingVolumeGiB ?? defaultVolumeGiB(servingInstanceType),
  };
};

const quoted = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** The problems of a value, each with its place inside a list or an object. */
const valueProblems = (name: OptionName, value: unknown): readonly string[] => {
  const { kind }: Option = options[name];
  return kind
    .wrong(value)
    .map((wrong) => `${name}${wrong.keyPath} is ${quoted(wrong.value)}: give ${kind.expected}`);
};

const unknownName = (name: string): string => {
  const near = suggest(name, optionNames);
  return `there is no option ${name}${near === undefined ? '' : `: did you mean ${near}?`}`;
};

/**
 * Checks values and adds the defaults.
 *
 * @param input values by option; `{}` gives all defaults
 * @throws ConfigError with every wrong name and value, or with every contradiction between options.
 */
export const parseConfig = (input: Readonly<Record<string, unknown>>): DeploymentConfig => {
  const wrong = Object.entries(input).flatMap(([name, value]) =>
    isOptionName(name) ? valueProblems(name, value) : [unknownName(name)],
  );
  if (wrong.length > 0) throw new ConfigError(wrong);
  const config = withDefaults(input);
  const problems = contradictions(config, input);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
};
