import { ConfigError, parseConfig } from '../../../../lib/aws/config/index.ts';
import {
  measuredInStudy,
  servingFactsOf,
  servingNames,
} from '../../../../serving-configs/index.ts';

const DIGEST = `@sha256:${'0123456789abcdef'.repeat(4)}`;
const withoutGpuImage =
  servingNames.find((serving) => {
    const { image } = servingFactsOf(serving).container ?? {};
    return image !== undefined && 'official' in image && image.official.gpu === undefined;
  }) ?? 'none';
const existingNetwork = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetId: 'subnet-0123456789abcdef0',
  availabilityZone: 'us-east-1c',
};
const [serving = 'none'] = servingNames;

const problemsOf = (input: Readonly<Record<string, unknown>>): readonly string[] => {
  try {
    parseConfig(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('the configuration of a deployment', () => {
  it('is by default one pair with the instance types of the study, and more network', () => {
    expect(parseConfig({})).toMatchObject({
      name: 'serving-compare',
      region: 'us-east-1',
      availabilityZone: 'us-east-1a',
      pairs: 1,
      servingInstanceType: 'g4dn.xlarge',
      middlewareInstanceType: 'c5n.xlarge',
      maxHours: 18,
      spot: false,
      runtime: 'container',
      weights: 'published',
      servingVolumeGiB: 100,
      middlewareVolumeGiB: 30,
      servings: measuredInStudy,
      vpcId: undefined,
    });
  });

  it('has by default zone a of the region', () => {
    expect(parseConfig({ region: 'eu-central-1' }).availabilityZone).toBe('eu-central-1a');
  });

  it('derives the address of k6 from its version, unless one is given', () => {
    expect(parseConfig({ k6Version: '1.7.0' }).k6Url).toContain(
      'v1.7.0/k6-v1.7.0-linux-amd64.tar.gz',
    );
    expect(parseConfig({ k6Url: 'https://example.com/k6.tar.gz' }).k6Url).toBe(
      'https://example.com/k6.tar.gz',
    );
  });

  it('has the servings in the order of the manifests, however they were given', () => {
    const reversed = servingNames.toReversed();

    expect(parseConfig({ servings: reversed, runtime: 'simulated' }).servings).toEqual(
      servingNames,
    );
  });

  it('lists every problem at once, each with its place and a valid value', () => {
    expect(
      problemsOf({
        pairs: 'many',
        spot: 'on',
        maxHours: 0,
        reigon: 'us-east-1',
        k6Vresion: '1.8.1',
        servings: [serving, 'nothing'],
        pairZones: { 2: 'here' },
      }),
    ).toEqual([
      'pairs is "many": give a whole number from 1 to 20',
      'spot is "on": give true or false',
      'maxHours is 0: give a whole number from 1 to 72',
      'there is no option reigon: did you mean region?',
      'there is no option k6Vresion: did you mean k6Version?',
      expect.stringMatching(/^servings\[1\] .*"nothing"/),
      expect.stringMatching(/^pairZones\[2\] .*"here"/),
    ]);
  });

  it.each([
    [{ name: 'Mine' }, 'name is "Mine": give up to 20 lowercase letters'],
    [{ name: 'a'.repeat(21) }, 'name is "aaa'],
    [{ availabilityZone: 'eu-west-1a' }, 'which is not in the region us-east-1'],
    [{ otherAvailabilityZones: ['us-east-1a'] }, 'otherAvailabilityZones repeats a zone'],
    [{ vpcId: existingNetwork.vpcId }, 'vpcId, subnetId and availabilityZone, the zone of'],
    [
      { ...existingNetwork, otherAvailabilityZones: ['us-east-1a'] },
      'otherAvailabilityZones and pairZones cannot be used with subnetId',
    ],
    [{ servingInstanceType: 'g5g.xlarge' }, 'which has an ARM processor'],
    [{ servingInstanceType: 'p3.2xlarge' }, 'whose GPU is too old for the driver'],
    [{ middlewareInstanceType: 'c7g.xlarge' }, 'give a type such as c5.xlarge'],
    [
      { servings: [withoutGpuImage] },
      `servings has ${withoutGpuImage}, without an image for the gpu of g4dn.xlarge`,
    ],
    [{ models: 'm', weights: 'random' }, 'models and weights are both given'],
    [{ servings: [] }, 'servings is []: give a list'],
    [{ weights: 'mine' }, 'weights is "mine": give one of published, lite0, random'],
    [{ registry: 'https://example.com' }, 'registry is "https://example.com"'],
    [{ images: { [serving]: 'an image' } }, `images.${serving} is "an image": give an object`],
    [{ images: { nothing: `image${DIGEST}` } }, 'images.nothing is'],
    [{ pairZones: { 3: 'us-east-1a' } }, 'pairZones has a pair 3, but there are only 1'],
    [
      { pairZones: { 1: 'eu-west-1b' } },
      'pairZones[1] is "eu-west-1b", which is not in the region',
    ],
    [{ servingAmi: 'latest' }, 'servingAmi is "latest": give the id of an AMI'],
    [{ k6Sha256: 'abc' }, 'k6Sha256 is "abc": give 64 hexadecimal digits'],
    [{ k6Url: 's3://bucket/k6.tar.gz' }, 'give k6Sha256 too'],
    [{ servingVolumeGiB: 10 }, 'servingVolumeGiB is 10: give a whole number from 75'],
  ])('refuses %j', (input, problem) => {
    expect(problemsOf(input)).toEqual([expect.stringContaining(problem)]);
  });

  it('does not report problems that follow from another wrong value', () => {
    expect(problemsOf({ region: 'us east', availabilityZone: 'eu-west-1a' })).toEqual([
      'region is "us east": give a region, for example us-east-1',
    ]);
  });
});
