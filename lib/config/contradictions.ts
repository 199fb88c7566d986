import { manifestOf, type ServingName } from '../../serving-configs/index.ts';
import type { Accelerator } from '../../serving-configs/manifest.ts';
import type { Config } from './config.ts';
import { acceleratorOf, instanceTypeFacts } from './instance-type.ts';
import type { OptionName } from './options.ts';
import type { SaidOptions } from './said-options.ts';

type Rule = (config: Config, said: SaidOptions) => readonly (string | false)[];

const zones: Rule = (config) => {
  const all = [
    ['availabilityZone', config.availabilityZone],
    ...config.otherAvailabilityZones.map(
      (zone, index) => [`otherAvailabilityZones[${index}]`, zone] as const,
    ),
  ] as const;
  return [
    ...all.map(
      ([name, zone]) =>
        zone.slice(0, -1) !== config.region &&
        `${name} is "${zone}", which is not in the region ${config.region}: give one such as ${config.region}a`,
    ),
    new Set(all.map(([, zone]) => zone)).size < all.length &&
      'otherAvailabilityZones repeats a zone, or names availabilityZone: give each zone once',
  ];
};

const existingVpc: Rule = ({ vpc, availabilityZone, otherAvailabilityZones }, said) => {
  const parts = ['vpc.vpcId', 'vpc.subnetId', 'vpc.availabilityZone'] as const;
  const missing = parts.filter((part) => said[part] === undefined);
  if (missing.length > 0 && missing.length < parts.length) {
    return [`vpc lacks ${missing.map((part) => part.slice(4)).join(' and ')}: give all three`];
  }
  if (vpc === undefined) return [];
  return [
    said.vpcCidr !== undefined &&
      'vpcCidr is for an own network and vpc for an existing one: give one of them',
    otherAvailabilityZones.length > 0 &&
      'otherAvailabilityZones cannot be used with vpc, whose subnet is in one zone: leave it out',
    said.availabilityZone !== undefined &&
      availabilityZone !== vpc.availabilityZone &&
      `availabilityZone is "${availabilityZone}" but the subnet of vpc is in "${vpc.availabilityZone}": leave availabilityZone out`,
  ];
};

const network: Rule = ({ vpcCidr }) => {
  const bytes = (vpcCidr.split('/')[0] ?? '').split('.').map(Number);
  const bits = Number(vpcCidr.split('/')[1]);
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return [
    (bytes.some((byte) => byte > 255) || address % 2 ** (32 - bits) !== 0) &&
      `vpcCidr is "${vpcCidr}", which is not the first address of such a network: give one such as 10.83.0.0/16`,
  ];
};

const instances: Rule = ({ servingInstanceType, middlewareInstanceType }) =>
  Object.entries({ servingInstanceType, middlewareInstanceType }).map(
    ([name, type]) =>
      instanceTypeFacts(type).architecture === 'arm64' &&
      `${name} is "${type}", which has an ARM processor, but what is installed is for x86_64: give a type such as ${name === 'servingInstanceType' ? 'g4dn.xlarge' : 'c5.xlarge'}`,
  );

const hasImage = (serving: ServingName, accelerator: Accelerator): boolean => {
  const image = manifestOf(serving).container?.image;
  return (
    image !== undefined && (!('official' in image) || image.official[accelerator] !== undefined)
  );
};

const containers: Rule = ({ servingInstanceType, runtime, images, servings, models }, said) => {
  if (runtime !== 'container') return [];
  const accelerator = acceleratorOf(servingInstanceType);
  const impossible = servings.filter(
    (serving) => images[serving] === undefined && !hasImage(serving, accelerator),
  );
  return [
    impossible.length > 0 &&
      `servings has ${impossible.join(', ')}, without an image for the ${accelerator} of ${servingInstanceType}, but runtime is container: leave it out, or give it one in images`,
    models !== undefined &&
      said.weights !== undefined &&
      'models and weights are both given: the nodes either take models or build them, so leave one out',
  ];
};

const k6Mirror: Rule = ({ k6 }) => [
  k6.url.startsWith('s3://') &&
    k6.sha256 === undefined &&
    'k6.url is an address in S3, beside which there is no list of checksums: give k6.sha256 too',
];

const overrides: Rule = ({
  pairOverrides,
  pairs,
  availabilityZone,
  otherAvailabilityZones,
  vpc,
}) => {
  const known = [availabilityZone, ...otherAvailabilityZones];
  return Object.entries(pairOverrides).flatMap(([pair, { availabilityZone: zone }]) => [
    Number(pair) > pairs &&
      `pairOverrides has a pair ${pair}, but there are only ${pairs}: give numbers from 1 to ${pairs}`,
    zone !== undefined &&
      !known.includes(zone) &&
      `pairOverrides.${pair}.availabilityZone is "${zone}", where there is no subnet: ${
        vpc === undefined
          ? 'name it in otherAvailabilityZones too'
          : 'with vpc, all nodes are in one zone'
      }`,
  ]);
};

/** Each rule with the options that it compares: where one of them has a wrong value, the rule has nothing to say. */
const rules: readonly (readonly [Rule, readonly OptionName[]])[] = [
  [zones, ['region', 'availabilityZone', 'otherAvailabilityZones']],
  [
    existingVpc,
    ['vpc.vpcId', 'vpc.subnetId', 'vpc.availabilityZone', 'availabilityZone', 'vpcCidr'],
  ],
  [network, ['vpcCidr']],
  [instances, ['servingInstanceType', 'middlewareInstanceType']],
  [containers, ['servingInstanceType', 'runtime', 'images', 'servings', 'models', 'weights']],
  [k6Mirror, ['k6.url', 'k6.sha256']],
  [overrides, ['pairOverrides', 'pairs', 'availabilityZone', 'otherAvailabilityZones']],
];

/** What cannot hold together although each option by itself is fine. */
export const contradictions = (
  config: Config,
  said: SaidOptions,
  wrong: readonly OptionName[],
): readonly string[] =>
  rules
    .filter(([, about]) => !about.some((name) => wrong.includes(name)))
    .flatMap(([rule]) => rule(config, said))
    .filter((problem) => typeof problem === 'string');
