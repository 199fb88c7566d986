import { nodePlanOptions, repeatsOf } from '../../../../lib/bench/on-node/prepare-share.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const [first, second] = servingNames;
if (first === undefined || second === undefined) throw new Error('too few servings');
const defaults = { servings: [first], loadGenerator: 'k6' } as const;

describe('the options of a plan on node pairs', () => {
  it('are the same on every pair of a run: its seed comes from the id', () => {
    const options = nodePlanOptions({}, 'study', defaults);

    expect(nodePlanOptions({}, 'study', defaults)).toEqual(options);
    expect(nodePlanOptions({}, 'other', defaults).seed).not.toBe(options.seed);
    expect(options).toMatchObject({ servings: [first], loadGenerator: 'k6', profile: 'quick' });
    expect(options.bypassSeconds).toBe(1);
  });

  it('leave given options as they are', () => {
    const overrides = { seed: 4, loadGenerator: 'embedded', repeats: 7 } as const;

    expect(nodePlanOptions(overrides, 'study', defaults)).toMatchObject(overrides);
  });

  it('refuse a serving that the deployment lacks, and say how to add it', () => {
    expect(() => nodePlanOptions({ servings: [first, second] }, 'study', defaults)).toThrow(
      expect.objectContaining({
        code: 'BENCH_NOT_DEPLOYED',
        hint: expect.stringContaining('npx cdk deploy') as string,
      }) as Error,
    );
  });
});

describe('the repeats of a pair', () => {
  const { plan } = recordedRun({ levels: [closed(1)], repeats: 2 });

  it('are those that the operator gave it, or its part of the plan', () => {
    const pairs = new Map([
      [1, [1, 2]],
      [2, undefined],
    ]);

    expect(repeatsOf({ runId: 'study', pairs }, plan, 1)).toEqual([1, 2]);
    expect(repeatsOf({ runId: 'study', pairs }, plan, 2)).toEqual([2]);
  });

  it.each([
    ['a repeat is unknown', [1, [3]], 'has 2 repeats, and pair 1 is to measure 3'],
    ['the run is for other pairs', [2, undefined], 'is for the pairs 2, not for 1'],
  ] as const)('are refused if %s', (_, pair, reason) => {
    expect(() => repeatsOf({ runId: 'study', pairs: new Map([pair]) }, plan, 1)).toThrow(
      expect.objectContaining({
        code: 'BENCH_NO_REPEAT',
        message: expect.stringContaining(reason) as string,
      }) as Error,
    );
  });
});
