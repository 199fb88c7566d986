import { nodePlanOptions } from '../../../../lib/bench/on-node/prepare-share.ts';
import { servingNames } from '../../../../serving-configs/index.ts';

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
