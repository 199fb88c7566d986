import { zoneCidr } from '../../../lib/constructs/zone-cidr.ts';

describe('the addresses of a zone', () => {
  it.each([
    ['10.83.0.0/16', 'us-east-1a', '10.83.0.0/24'],
    ['10.83.0.0/16', 'us-east-1f', '10.83.5.0/24'],
    ['10.8.8.0/21', 'eu-central-1c', '10.8.10.0/24'],
    ['10.8.248.0/21', 'us-east-1h', '10.8.255.0/24'],
  ])('are in %s for %s %s', (network, zone, expected) => {
    expect(zoneCidr(network, zone)).toBe(expected);
  });

  it('are refused for a zone without a letter of its own', () => {
    expect(() => zoneCidr('10.83.0.0/16', 'us-east-1z')).toThrow('has no place');
  });
});
