import { servingNames } from '../../serving-configs/index.ts';

/** Pinned images, which avoid warnings. */
export const amis = { servingAmi: 'ami-0123456789abcdef0', middlewareAmi: 'ami-0fedcba9876543210' };
const existingNetwork = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetId: 'subnet-0123456789abcdef0',
  availabilityZone: 'us-east-1c',
};
const images = Object.fromEntries(
  servingNames.map((serving) => [serving, `registry/${serving}@sha256:${'a'.repeat(64)}`]),
);

/** Configurations that cover every option that affects a template, alone and together with others. */
export const configurations: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'the defaults': {},
  'two pairs, spot, a mirror of k6': {
    pairs: 2,
    spot: true,
    k6Url: 's3://mirror/k6.tar.gz',
    k6Sha256: 'a'.repeat(64),
    ...amis,
  },
  'an existing network, newest images': { ...existingNetwork, pairs: 2 },
  'other zones, one pair moved': {
    pairs: 2,
    otherAvailabilityZones: ['us-east-1b', 'us-east-1f'],
    pairZones: { 2: 'us-east-1b' },
    ...amis,
  },
  containers: { runtime: 'container', images, models: '/models', pairs: 2, ...amis },
  'images in private registries': {
    registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/mirror',
    images: { flask: '123456789012.dkr.ecr.us-east-1.amazonaws.com/ours/flask:1' },
    ...amis,
  },
  'another region, other types': {
    region: 'eu-central-1',
    servingInstanceType: 'g5.xlarge',
    middlewareInstanceType: 'm7i.large',
    otherAvailabilityZones: ['eu-central-1b', 'eu-central-1c'],
    maxHours: 72,
    servingVolumeGiB: 200,
    middlewareVolumeGiB: 50,
    name: 'other',
    ...amis,
  },
};
