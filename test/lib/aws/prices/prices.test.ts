import { parseConfig } from '../../../../lib/aws/config/index.ts';
import { priceText } from '../../../../lib/aws/prices/price-text.ts';
import { pairPrice, prices } from '../../../../lib/aws/prices/prices.ts';

describe('the price of a pair', () => {
  it('is the sum of its two instances, their addresses and their disks', () => {
    const { instancePerHour, publicIpv4PerHour, gp3PerGiBMonth, hoursPerMonth } = prices;
    const price = pairPrice(parseConfig({}));

    expect(price?.perHour).toBeCloseTo(
      (instancePerHour['g4dn.xlarge'] ?? 0) +
        (instancePerHour['c5n.xlarge'] ?? 0) +
        2 * publicIpv4PerHour +
        (130 * gp3PerGiBMonth) / hoursPerMonth,
      9,
    );
    expect(price?.perHour).toBeCloseTo(0.77, 2);
    expect(price?.parts.map(({ what }) => what)).toEqual([
      'g4dn.xlarge',
      'c5n.xlarge',
      '2 public IPv4 addresses',
      '130 GiB gp3',
    ]);
  });

  it('is unknown if any part of it is unknown', () => {
    expect(pairPrice(parseConfig({ servingInstanceType: 'g6.xlarge' }))).toBeUndefined();
    expect(pairPrice(parseConfig({ region: 'eu-west-1' }))).toBeUndefined();
  });

  it.each([
    [{}, 'costs about $0.77 an hour; ends itself after 18 h: at most $13.79'],
    [
      { pairs: 3, maxHours: 2 },
      'costs about $2.30 an hour (3 pairs of $0.77); ends itself after 2',
    ],
    [{ spot: true }, ', less with spot capacity; ends itself'],
    [
      { servingInstanceType: 'g6.xlarge' },
      'not known, lib/aws/prices/prices.json has no g6.xlarge; ends itself',
    ],
    [{ region: 'eu-west-1' }, 'not known, lib/aws/prices/prices.json has no prices of eu-west-1'],
  ])('is given for %j', (input, text) => {
    expect(priceText(parseConfig(input))).toContain(text);
  });
});
