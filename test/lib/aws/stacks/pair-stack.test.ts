import { pairOutputKeys } from '../../../../lib/aws/contract/stack-names.ts';
import { amis } from '../../../support/stack-configurations.ts';
import { ofType, synthesise, type Synthesised } from '../../../support/stacks.ts';

const instanceIds = ({ pairs }: Synthesised): readonly string[] =>
  pairs.flatMap(({ Resources }) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => /::Instance$|WaitCondition/.test(Type))
      .map(([id]) => id),
  );

const before = synthesise(amis);

describe('a change of a pair’s configuration', () => {
  it.each([
    ['the bundle', amis, { bundle: { sourceHash: 'e'.repeat(64), command: [] } }],
    ['the AMI of the serving node', { ...amis, servingAmi: 'ami-00000000000000000' }, {}],
    ['an instance type', { ...amis, middlewareInstanceType: 'c5.2xlarge' }, {}],
    ['the hours', { ...amis, maxHours: 5 }, {}],
    ['spot', { ...amis, spot: true }, {}],
    ['k6', { ...amis, k6Version: '1.7.0' }, {}],
    ['a disk', { ...amis, middlewareVolumeGiB: 31 }, {}],
  ])('such as %s replaces its nodes and their wait conditions', (_, input, archives) => {
    const after = instanceIds(synthesise(input, archives));

    expect(after).toHaveLength(instanceIds(before).length);
    expect(after.filter((id) => instanceIds(before).includes(id))).toEqual([]);
  });

  it('keeps existing pairs if only the number of pairs changes', () => {
    const after = synthesise({ ...amis, pairs: 2 });

    expect(after.pairs[0]).toEqual(before.pairs[0]);
  });

  it('keeps the nodes if only the other zones change, and the subnets of pairs never overlap', () => {
    const after = synthesise({
      ...amis,
      otherAvailabilityZones: ['us-east-1b'],
      pairs: 3,
      pairZones: { 3: 'us-east-1b' },
    });
    const subnets = ofType(after, 'AWS::EC2::Subnet');

    expect(after.pairs[0]).toEqual(before.pairs[0]);
    expect(subnets.map(({ Properties }) => Properties.CidrBlock)).toEqual([
      '10.83.8.0/24',
      '10.83.16.0/24',
      '10.83.25.0/24',
    ]);
  });
});

describe('a node of a pair', () => {
  it('boots only after its subnet has a route to the internet', () => {
    const [pair] = synthesise(amis).pairs;
    const resources = Object.entries(pair?.Resources ?? {});
    const [routes] = resources.filter(([, { Type }]) =>
      Type.endsWith('SubnetRouteTableAssociation'),
    );
    const instances = resources.filter(([, { Type }]) => Type === 'AWS::EC2::Instance');

    expect(instances).toHaveLength(2);
    for (const [, { DependsOn }] of instances) expect(DependsOn).toContain(routes?.[0]);
  });
});

describe('spot capacity', () => {
  it('is requested once, through a launch template', () => {
    const templates = ofType(synthesise({ ...amis, spot: true }), 'AWS::EC2::LaunchTemplate');

    expect(templates).toHaveLength(2);
    expect(templates[0]?.Properties.LaunchTemplateData).toMatchObject({
      InstanceMarketOptions: {
        MarketType: 'spot',
        SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
      },
    });
  });
});

describe('the alarm of an idle node', () => {
  it.each([
    ['g4dn.xlarge', 2],
    ['g4dn.12xlarge', 8 / 48],
    ['p4d.24xlarge', 8 / 96],
  ])('has a threshold of the same share of one core on %s', (servingInstanceType, percentOfAll) => {
    const [pair] = synthesise({ ...amis, servingInstanceType }).pairs;
    const thresholds = Object.entries(pair?.Resources ?? {})
      .filter(([id, { Type }]) => Type === 'AWS::CloudWatch::Alarm' && id.startsWith('Serving'))
      .map(([, { Properties }]) => Properties?.Threshold);

    expect(thresholds).toEqual([percentOfAll]);
  });
});

describe('the outputs of a pair', () => {
  it('say with which options and images its nodes were deployed', () => {
    const given = {
      ...amis,
      servingInstanceType: 'g5.2xlarge',
      maxHours: 11,
      servings: ['flask', 'tfserving'],
    };
    const [pair] = synthesise(given).pairs;
    const output = (name: keyof typeof pairOutputKeys) =>
      pair?.Outputs[pairOutputKeys[name]]?.Value;

    expect(output('maxHours')).toBe('11');
    expect(output('servingCores')).toBe('8');
    expect([output('servingImage'), output('middlewareImage')]).toEqual(Object.values(amis));
    expect(output('servings')).toBe('tfserving,flask');
  });
});

describe('the bootstrap version', () => {
  it('is a SHA-256, the same on both nodes', () => {
    const [pair] = before.pairs;
    const text = JSON.stringify(pair?.Resources);
    const versions = [...text.matchAll(/SC_BOOTSTRAP_VERSION='([0-9a-f]{64})'/g)];

    expect(versions).toHaveLength(2);
    expect(new Set(versions.map(([, version]) => version)).size).toBe(1);
  });

  it('does not depend on the commit, so that nodes are kept if only that changes', () => {
    const [pair] = before.pairs;

    expect(JSON.stringify(pair?.Resources)).not.toContain('COMMIT');
  });
});
