import { instanceTypeFacts } from '../../../lib/config/instance-type.ts';

describe('the name of an instance type', () => {
  it.each([
    ['g4dn.xlarge', 'x86_64', true],
    ['g5.2xlarge', 'x86_64', true],
    ['gr6.4xlarge', 'x86_64', true],
    ['p4de.24xlarge', 'x86_64', true],
    ['p6-b200.48xlarge', 'x86_64', true],
    ['g5g.xlarge', 'arm64', true],
    ['g4ad.xlarge', 'x86_64', false],
    ['c5.xlarge', 'x86_64', false],
    ['c6in.xlarge', 'x86_64', false],
    ['c7g.xlarge', 'arm64', false],
    ['c6gn.xlarge', 'arm64', false],
    ['im4gn.large', 'arm64', false],
    ['a1.medium', 'arm64', false],
    ['u-6tb1.56xlarge', 'x86_64', false],
  ])('tells of %s: %s, NVIDIA %s', (type, architecture, nvidia) => {
    expect(instanceTypeFacts(type)).toEqual({ architecture, nvidia });
  });
});
