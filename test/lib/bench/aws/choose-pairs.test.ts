import {
  choosePairs,
  assertServings,
  commonServings,
} from '../../../../lib/bench/aws/choose-pairs.ts';
import type { DeployedPair } from '../../../../lib/bench/aws/find-deployment.ts';
import { requestedOptions } from '../../../../lib/bench/run/make-plan.ts';
import { measuredInStudy, type ServingName } from '../../../../serving-configs/index.ts';

const pairWith = (pair: number, unavailable: readonly string[] = []): DeployedPair => ({
  pair,
  instances: { serving: 'i-1', middleware: 'i-2' },
  availabilityZone: 'us-east-1a',
  pricePerHourUsd: 0.72,
  maxHours: 4,
  cores: 4,
  runtime: 'container',
  servings: measuredInStudy.filter((serving) => !unavailable.includes(serving)),
  unavailable: unavailable.map((serving) => ({ serving, reason: 'its container ended' })),
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
    const unequal = [pairWith(1), pairWith(2, [broken])];

    expect(() => assertServings(unequal, requestedOptions({}))).toThrow(
      errorWith('BENCH_NOT_RUNNABLE'),
    );
    expect(() => assertServings(unequal, requestedOptions({ servings: [broken] }))).not.toThrow();
  });

  it('must lack nothing that a long run would compare, unless the user names the servings', () => {
    const lacking = [pairWith(1, [broken]), pairWith(2, [broken])];
    const long = { profile: 'replicate-2021' } as const;

    expect(() => assertServings(lacking, requestedOptions({ profile: 'quick' }))).not.toThrow();
    expect(() => assertServings(lacking, requestedOptions(long))).toThrow(
      expect.objectContaining({
        code: 'BENCH_NOT_RUNNABLE',
        message: expect.stringContaining(`${broken}: `) as string,
        hint: expect.stringContaining(`--servings ${otherServings.join(',')};`) as string,
      }) as Error,
    );
    const named = requestedOptions({ ...long, servings: otherServings });
    expect(() => assertServings(lacking, named)).not.toThrow();
  });
});
