import { ConfigError, parseConfig } from '../../../lib/config.ts';
import { manifestOf, measuredInStudy, servingNames } from '../../../serving-configs/index.ts';

const DIGEST = `@sha256:${'0123456789abcdef'.repeat(4)}`;
const withoutGpuImage =
  servingNames.find((serving) => {
    const { image } = manifestOf(serving).container ?? {};
    return image !== undefined && 'official' in image && image.official.gpu === undefined;
  }) ?? 'none';
const vpc = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetId: 'subnet-0123456789abcdef0',
  availabilityZone: 'us-east-1c',
};
const [serving = 'none'] = servingNames;

const problemsOf = (input: unknown): readonly string[] => {
  try {
    parseConfig(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('the configuration of a deployment', () => {
  it('is one pair of the instance types of the study where nothing is said', () => {
    expect(parseConfig({})).toMatchObject({
      name: 'serving-compare',
      region: 'us-east-1',
      availabilityZone: 'us-east-1a',
      pairs: 1,
      servingInstanceType: 'g4dn.xlarge',
      middlewareInstanceType: 'c5.xlarge',
      maxHours: 18,
      spot: 'off',
      runtime: 'container',
      weights: 'published',
      volumeGiB: { serving: 100, middleware: 30 },
      servings: measuredInStudy,
      vpc: undefined,
    });
  });

  it('takes the zone from the region, and that of an existing network from its subnet', () => {
    expect(parseConfig({ region: 'eu-central-1' }).availabilityZone).toBe('eu-central-1a');
    expect(parseConfig({ vpc })).toMatchObject({ vpc, availabilityZone: 'us-east-1c' });
  });

  it('derives the address of k6 from its version, unless one is given', () => {
    expect(parseConfig({ k6: { version: '1.7.0' } }).k6.url).toContain(
      'v1.7.0/k6-v1.7.0-linux-amd64.tar.gz',
    );
    expect(parseConfig({ k6: { url: 'https://example.com/k6.tar.gz' } }).k6.url).toBe(
      'https://example.com/k6.tar.gz',
    );
  });

  it('keeps servings in one order, however they were said', () => {
    const reversed = servingNames.toReversed();

    expect(parseConfig({ servings: reversed, runtime: 'simulated' }).servings).toEqual(
      servingNames,
    );
  });

  it('says every problem at once, each with its place and what would do', () => {
    expect(
      problemsOf({
        pairs: 'many',
        spot: 'on',
        maxHours: 0,
        reigon: 'us-east-1',
        k6: { vresion: '1.8.1' },
        vpcCidr: '10.83.1.0/16',
        servings: [serving, 'nothing'],
        pairOverrides: { 2: { spot: 'maybe' } },
      }),
    ).toEqual([
      'there is no option reigon: did you mean region?',
      'there is no option k6.vresion: did you mean k6.version?',
      'pairs is "many": give a whole number from 1 to 20',
      'maxHours is 0: give a whole number from 1 to 72',
      'spot is "on": give one of off, prefer, require',
      expect.stringContaining('pairOverrides[2].spot is "maybe": give an object such as'),
      expect.stringContaining('servings[1] is "nothing": give a list'),
      expect.stringContaining('vpcCidr is "10.83.1.0/16"'),
    ]);
  });

  it.each([
    [[], 'it is []: give an object of options'],
    [{ k6: 'latest' }, 'k6 is "latest": give an object of version, url, sha256'],
    [{ version: '1.8.1' }, 'there is no option version: did you mean k6.version?'],
    [{ name: 'Mine' }, 'name is "Mine": give up to 20 small letters'],
    [{ name: 'a'.repeat(21) }, 'name is "aaa'],
    [{ availabilityZone: 'eu-west-1a' }, 'which is not in the region us-east-1'],
    [{ otherAvailabilityZones: ['us-east-1a'] }, 'otherAvailabilityZones repeats a zone'],
    [{ vpc: { vpcId: vpc.vpcId } }, 'vpc lacks subnetId and availabilityZone: give all three'],
    [{ vpc, vpcCidr: '10.0.0.0/16' }, 'vpcCidr is for an own network and vpc for an existing one'],
    [{ vpc, otherAvailabilityZones: ['us-east-1a'] }, 'cannot be used with vpc'],
    [{ vpc, availabilityZone: 'us-east-1a' }, 'the subnet of vpc is in "us-east-1c"'],
    [{ vpcCidr: '10.83.0.0/24' }, 'give a network of 16 to 21 bits'],
    [{ servingInstanceType: 'g5g.xlarge' }, 'which has an ARM processor'],
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
    [{ pairOverrides: { 3: {} } }, 'pairOverrides has a pair 3, but there are only 1'],
    [
      { pairOverrides: { 1: { availabilityZone: 'us-east-1b' } } },
      'where there is no subnet: name it in otherAvailabilityZones too',
    ],
    [{ servingAmi: 'latest' }, 'servingAmi is "latest": give the id of an image'],
    [{ k6: { sha256: 'abc' } }, 'k6.sha256 is "abc": give 64 hexadecimal digits'],
    [{ k6: { url: 's3://bucket/k6.tar.gz' } }, 'give k6.sha256 too'],
    [{ volumeGiB: { serving: 10 } }, 'volumeGiB.serving is 10: give a whole number from 75'],
  ])('refuses %j', (input, problem) => {
    expect(problemsOf(input)).toEqual([expect.stringContaining(problem)]);
  });

  it('says nothing about what follows from a value that is wrong itself', () => {
    expect(problemsOf({ region: 'us east', availabilityZone: 'eu-west-1a' })).toEqual([
      'region is "us east": give a region, for example us-east-1',
    ]);
  });
});
