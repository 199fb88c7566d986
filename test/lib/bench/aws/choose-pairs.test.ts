import {
  choosePairs,
  assertSameServings,
  commonServings,
} from '../../../../lib/bench/aws/choose-pairs.ts';
import type { DeployedPair } from '../../../../lib/bench/aws/find-deployment.ts';
import { measuredInStudy, type ServingName } from '../../../../serving-configs/index.ts';

const pairWith = (pair: number, unavailable: readonly string[] = []): DeployedPair => ({
  pair,
  instances: { serving: 'i-1', middleware: 'i-2' },
  availabilityZone: 'us-east-1a',
  pricePerHourUsd: 0.72,
  maxHours: 4,
  runtime: 'container',
  servings: measuredInStudy.filter((serving) => !unavailable.includes(serving)),
  unavailable,
});
const [broken, ...otherServings] = measuredInStudy as readonly [ServingName, ...ServingName[]];
const errorWith = (code: string) => expect.objectContaining({ code }) as Error;

describe('the pairs of a run', () => {
  it('are those with the given numbers, or all', () => {
    const pairs = [pairWith(1), pairWith(2)];

    expect(choosePairs(pairs, [2])).toEqual([pairs[1]]);
    expect(choosePairs(pairs, undefined)).toEqual(pairs);
    expect(() => choosePairs(pairs, [3])).toThrow(errorWith('BENCH_USAGE'));
  });

  it('start the servings that none of them lacks', () => {
    expect(commonServings([pairWith(1), pairWith(2, [broken])])).toEqual(otherServings);
  });

  it('must lack the same servings, unless the user names the servings', () => {
    const equal = [pairWith(1, [broken]), pairWith(2, [broken])];
    const unequal = [pairWith(1), pairWith(2, [broken])];

    expect(() => assertSameServings(equal, { kind: 'default' })).not.toThrow();
    expect(() => assertSameServings(unequal, { kind: 'all' })).not.toThrow();
    expect(() => assertSameServings(unequal, { kind: 'default' })).toThrow(
      errorWith('BENCH_NOT_RUNNABLE'),
    );
  });
});
