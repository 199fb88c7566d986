import {
  choosePairs,
  assertSameServings,
  commonServings,
} from '../../../../lib/bench/aws/choose-pairs.ts';
import type { DeployedPair } from '../../../../lib/bench/aws/deployment.ts';
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
const [one, ...others] = measuredInStudy as readonly [ServingName, ...ServingName[]];

describe('the pairs of a run', () => {
  it('are those that were named, or all', () => {
    const pairs = [pairWith(1), pairWith(2)];

    expect(choosePairs(pairs, [2])).toEqual([pairs[1]]);
    expect(choosePairs(pairs, undefined)).toEqual(pairs);
    expect(() => choosePairs(pairs, [3])).toThrow('there is no pair 3');
  });

  it('start the servings that none of them lacks', () => {
    expect(commonServings([pairWith(1), pairWith(2, [one])])).toEqual(others);
  });

  it('must lack the same servings, unless those to measure are named', () => {
    const unequal = [pairWith(1), pairWith(2, [one])];

    expect(() =>
      assertSameServings([pairWith(1, [one]), pairWith(2, [one])], undefined),
    ).not.toThrow();
    expect(() => assertSameServings(unequal, others)).not.toThrow();
    expect(() => assertSameServings(unequal, undefined)).toThrow(
      `pair 1 lacks none; pair 2 lacks ${one}`,
    );
  });
});
