import { networkBounds, networkLine, slowestOf } from '../../../../lib/bench/aws/network-limit.ts';
import type { RequestBytes } from '../../../../lib/bench/run/request-bytes.ts';

const c5 = { type: 'c5.xlarge', gbitPerSecond: 1.25 };
const way = { serving: 'tfserving', protocol: 'rest' } as const;
const json = { ...way, payload: 'tensor', encoding: 'json' } as const;
const raw = { ...way, payload: 'tensor', encoding: 'raw' } as const;
const requests = (
  sentBytes: number,
  target: RequestBytes['target'] = json,
  givenBytes = 1000,
): RequestBytes => ({ target, givenBytes, sentBytes });

const ratesOf = (...args: Parameters<typeof networkBounds>): readonly number[] =>
  networkBounds(...args).map(({ perSecond }) => perSecond);

describe('the bound of the network', () => {
  it('is the rate at which requests fill it, for each payload and encoding, the lowest first', () => {
    const all = [requests(625_000, raw), requests(1_250_000), requests(1_000_000)];

    expect(networkBounds(all, c5)).toMatchObject([
      { bytes: 1_250_000, perSecond: 125 },
      { bytes: 625_000, perSecond: 250 },
    ]);
  });

  it('counts answers that are larger than requests, since traffic goes both ways at once', () => {
    // They are encoded as the requests are, which become twice as long.
    expect(ratesOf([requests(2000)], c5, 625_000)).toEqual([125]);
    expect(ratesOf([requests(1_250_000)], c5, 1)).toEqual([125]);
  });

  it('is left out if no serving is that fast', () => {
    expect(ratesOf([requests(8000)], c5)).toEqual([]);
    expect(networkLine([], c5)).toBeUndefined();
  });

  it('is that of the slower node, which the line names', () => {
    const slowest = slowestOf([{ type: 'g4dn.xlarge', gbitPerSecond: 5 }, c5]);
    const line = networkLine(networkBounds([requests(1_250_000)], c5), c5);

    expect(slowest).toBe(c5);
    expect(slowestOf([])).toBeUndefined();
    expect(line).toMatch(/ c5\.xlarge .* 125\/s /);
  });
});
