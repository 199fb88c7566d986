import { ownManifestOf, type ServingName } from '../../../serving-configs/index.ts';
import type { Accelerator } from '../../../serving-configs/manifest.ts';
import type { DeploymentConfig } from './config.ts';
import { acceleratorOf, instanceTypeFacts } from './instance-type.ts';
import type { RawOptions } from './options.ts';

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
  const { image } = ownManifestOf(serving).container;
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
export const contradictions = (config: DeploymentConfig, raw: RawOptions): readonly string[] =>
  [zones, existingNetwork, instances, driver, containers, k6Mirror, pairNumbers]
    .flatMap((rule) => rule(config, raw))
    .filter((problem) => typeof problem === 'string');
