import { shareRepeats, workOfRepeats } from '../../../../lib/bench/plan/share-repeats.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';
import { searchedPlan } from '../../../support/searched-plan.ts';

const planOf = (repeats: number) => recordedRun({ levels: [closed(1)], repeats }).plan;
const shared = (repeats: number, pairs: readonly number[]) =>
  Object.fromEntries(shareRepeats(planOf(repeats), pairs));

describe('The shares of node pairs in a plan', () => {
  it('give pair i of N the repeats i, i + N, …, whatever the numbers of the pairs', () => {
    expect(shared(5, [1, 2, 3])).toEqual({ 1: [1, 4], 2: [2, 5], 3: [3] });
    expect(shared(5, [7, 4])).toEqual({ 4: [1, 3, 5], 7: [2, 4] });
    expect(shared(3, [9])).toEqual({ 9: [1, 2, 3] });
  });

  it('give all measurements of a repeat, no-op limits included, to one pair', () => {
    const plan = planOf(3);
    const shares = [...shareRepeats(plan, [1, 2]).values()].map(
      (repeats) => workOfRepeats(plan, repeats).measurements,
    );

    expect(shares).toEqual([
      plan.measurements.filter(({ repeat }) => repeat !== 2),
      plan.measurements.filter(({ repeat }) => repeat === 2),
    ]);
    expect(new Set(shares[1]?.map(({ engine }) => engine))).toEqual(new Set(['onnx', 'noop']));
  });

  it('give the searches of a repeat to the same pair', () => {
    const plan = searchedPlan([15, 50], undefined, { repeats: 3 });
    const { searches } = workOfRepeats(plan, [1, 3]);

    expect(searches).toEqual(plan.searches?.filter(({ repeat }) => repeat !== 2));
    expect(searches).toHaveLength(2 * 2 * 2);
  });

  it('cannot be made for more pairs than repeats', () => {
    expect(() => shared(2, [1, 2, 3])).toThrow(
      expect.objectContaining({
        code: 'BENCH_NO_REPEAT',
        hint: expect.stringContaining('--repeats 3') as unknown,
      }) as Error,
    );
  });
});
