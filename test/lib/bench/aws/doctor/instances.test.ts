import type { Image } from '@aws-sdk/client-ec2';
import { parseConfig } from '../../../../../lib/aws/config/index.ts';
import { amiVerdict, zoneVerdict } from '../../../../../lib/bench/aws/doctor/instances.ts';

describe('the zones of a deployment', () => {
  it('must offer both instance types, the other zones too', () => {
    const offering = ['us-east-1b'];
    const good = parseConfig({ availabilityZone: 'us-east-1b' });
    const bad = parseConfig({
      availabilityZone: 'us-east-1b',
      otherAvailabilityZones: ['us-east-1c'],
    });

    expect(zoneVerdict(good, offering).state).toBe('ok');
    expect(zoneVerdict(bad, offering)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('us-east-1c') as unknown,
      remedy: expect.stringContaining('us-east-1b') as unknown,
    });
  });

  it('are those that offer both, if the configuration names none', () => {
    expect(zoneVerdict(parseConfig({}), ['us-east-1b', 'us-east-1c'])).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('us-east-1b, us-east-1c') as unknown,
    });
  });

  it('are refused if none of them offers both', () => {
    expect(zoneVerdict(parseConfig({}), []).state).toBe('failed');
  });
});

describe('an AMI', () => {
  const ID = 'ami-0123456789abcdef0';
  const good: Image = {
    Name: 'Deep Learning Base OSS Nvidia Driver GPU AMI (Amazon Linux 2023) 20260930',
    State: 'available',
    Architecture: 'x86_64',
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 75 } }],
  };
  const verdict = (image: Image | undefined, input = {}) =>
    amiVerdict(parseConfig({ servingAmi: ID, ...input }), 'serving', ID, image);

  it('that fits is good, even if it is deprecated, which its line tells', () => {
    const deprecated = { ...good, DeprecationTime: '2020-01-31T00:00:00.000Z' };

    expect(verdict(good)).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('20260930') as string,
    });
    expect(verdict(deprecated)).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('2020-01-31') as string,
    });
  });

  it.each([
    ['is missing', undefined],
    ['has failed', { ...good, State: 'failed' }],
    ['is for another processor', { ...good, Architecture: 'arm64' }],
    ['has its root disk elsewhere', { ...good, RootDeviceName: '/dev/sda1' }],
  ] as const)('that %s fails', (_, image) => {
    expect(verdict(image)).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('servingAmi') as string,
    });
  });

  it('whose root disk is larger than the configured volume fails with the size that it needs', () => {
    const BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 120 } }];

    expect(verdict({ ...good, BlockDeviceMappings })).toMatchObject({
      state: 'failed',
      remedy: expect.stringMatching(/\bservingVolumeGiB\b.*\b120\b/) as string,
    });
  });

  it('without a driver in its name may be wrong, unless there is no GPU', () => {
    const plain = { ...good, Name: 'al2023-ami-2023.9' };

    expect(verdict(plain).state).toBe('unknown');
    expect(verdict(plain, { servingInstanceType: 'm5.xlarge' }).state).toBe('ok');
  });
});
