import { parseConfig } from '../../lib/config.ts';
import { pairPrice, prices } from '../../lib/prices.ts';

describe('the price of a pair', () => {
  it('is that of its two instances, their addresses and their disks', () => {
    const { instancePerHour, publicIpv4PerHour, gp3PerGiBMonth, hoursPerMonth } = prices;
    const price = pairPrice(parseConfig({}));

    expect(price?.perHour).toBeCloseTo(
      (instancePerHour['g4dn.xlarge'] ?? 0) +
        (instancePerHour['c5.xlarge'] ?? 0) +
        2 * publicIpv4PerHour +
        (130 * gp3PerGiBMonth) / hoursPerMonth,
      9,
    );
    expect(price?.perHour).toBeCloseTo(0.72, 2);
    expect(price?.parts.map(({ what }) => what)).toEqual([
      'g4dn.xlarge',
      'c5.xlarge',
      '2 public IPv4 addresses',
      '130 GiB gp3',
    ]);
  });

  it('has a date', () => {
    expect(prices.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(Number.isNaN(Date.parse(prices.date))).toBe(false);
  });

  it('is unknown where any part of it is, and never guessed', () => {
    expect(pairPrice(parseConfig({ servingInstanceType: 'g6.xlarge' }))).toBeUndefined();
    expect(pairPrice(parseConfig({ region: 'eu-west-1' }))).toBeUndefined();
  });
});
