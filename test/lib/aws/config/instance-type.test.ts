import { instanceTypeFacts } from '../../../../lib/aws/config/instance-type.ts';

describe('the name of an instance type', () => {
  it.each([
    ['g4dn.xlarge', 'x86_64', true, true],
    ['g5.2xlarge', 'x86_64', true, true],
    ['gr6.4xlarge', 'x86_64', true, true],
    ['p4de.24xlarge', 'x86_64', true, true],
    ['p6-b200.48xlarge', 'x86_64', true, true],
    ['g5g.xlarge', 'arm64', true, true],
    ['g4ad.xlarge', 'x86_64', false, true],
    ['c5.xlarge', 'x86_64', false, false],
    ['c6in.xlarge', 'x86_64', false, false],
    ['c7g.xlarge', 'arm64', false, false],
    ['c6gn.xlarge', 'arm64', false, false],
    ['im4gn.large', 'arm64', false, false],
    ['a1.medium', 'arm64', false, false],
    ['u-6tb1.56xlarge', 'x86_64', false, false],
    ['m7i.large', 'x86_64', false, false],
    ['m5d.xlarge', 'x86_64', false, true],
    ['p3.2xlarge', 'x86_64', true, false],
  ])('says of %s: %s, NVIDIA %s, NVMe disks %s', (type, architecture, nvidia, hasNvme) => {
    expect(instanceTypeFacts(type)).toMatchObject({ architecture, nvidia, hasNvme });
  });

  it.each([
    ['m7i.large', 2],
    ['g4dn.xlarge', 4],
    ['g4dn.12xlarge', 48],
    ['p5.48xlarge', 192],
    ['c7i.metal-24xl', 96],
    ['g4dn.metal', 192],
    ['t3.micro', 2],
  ])('says of %s: %i vCPUs', (type, vcpus) => {
    expect(instanceTypeFacts(type)).toMatchObject({ vcpus });
  });
});
