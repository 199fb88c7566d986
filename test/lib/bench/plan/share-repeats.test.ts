import { shareRepeats, takeOver, workOfRepeats } from '../../../../lib/bench/plan/share-repeats.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';
import { searchedPlan } from '../../../support/searched-plan.ts';

const planOf = (repeats: number) => recordedRun({ levels: [closed(1)], repeats }).plan;
const shared = (repeats: number, pairs: readonly number[]) =>
  Object.fromEntries(shareRepeats(planOf(repeats), pairs));

describe('The rule by which pairs share a plan', () => {
  it('gives pair i of N the repeats i, i + N, …, whatever the numbers of the pairs', () => {
    expect(shared(5, [1, 2, 3])).toEqual({ 1: [1, 4], 2: [2, 5], 3: [3] });
    expect(shared(5, [7, 4])).toEqual({ 4: [1, 3, 5], 7: [2, 4] });
    expect(shared(3, [9])).toEqual({ 9: [1, 2, 3] });
  });

  it('gives with a repeat all of its measurements, no-op limits included, each to one pair', () => {
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

  it('gives with a repeat its searches', () => {
    const plan = searchedPlan([15, 50], undefined, { repeats: 3 });
    const { searches } = workOfRepeats(plan, [1, 3]);

    expect(searches).toEqual(plan.searches?.filter(({ repeat }) => repeat !== 2));
    expect(searches).toHaveLength(2 * 2 * 2);
  });

  it('refuses more pairs than repeats, and says what to do', () => {
    expect(() => shared(2, [1, 2, 3])).toThrow(
      expect.objectContaining({
        code: 'BENCH_NO_REPEAT',
        message: expect.stringContaining('3 pairs cannot share a plan of 2 repeats') as unknown,
        hint: expect.stringContaining(
          'at most 2 of them (--pairs), or give --repeats 3',
        ) as unknown,
      }) as Error,
    );
  });
});

const over = (repeat: number, holder: number) => ({ repeat, holder, isOver: true });
const begun = (repeat: number, holder: number) => ({ repeat, holder, isOver: false });
const fresh = (repeat: number) => ({ repeat, isOver: false });

describe('The rest of a plan', () => {
  it('of a lost pair goes to the others in turn, but for what that pair has finished', () => {
    const left = [
      over(1, 1),
      over(2, 2),
      begun(3, 3),
      begun(4, 1),
      begun(5, 2),
      fresh(6),
      fresh(8),
    ];

    expect(Object.fromEntries(takeOver(left, [1, 3]))).toEqual({ 1: [1, 4, 5, 8], 3: [3, 6] });
  });

  it('stays with the pairs that have begun it where they are there', () => {
    const left = [begun(1, 2), begun(2, 1), fresh(3)];

    expect(Object.fromEntries(takeOver(left, [1, 2]))).toEqual({ 1: [2, 3], 2: [1] });
  });

  it('goes to one pair after the other when several are lost', () => {
    const first = takeOver([begun(1, 1), begun(2, 2), begun(3, 3)], [1, 3]);
    const second = takeOver([over(1, 1), begun(2, 1), begun(3, 3)], [3]);

    expect(Object.fromEntries(first)).toEqual({ 1: [1, 2], 3: [3] });
    expect(Object.fromEntries(second)).toEqual({ 3: [2, 3] });
  });

  it('follows the rule if nothing was begun', () => {
    const plan = planOf(5);
    const all = [1, 2, 3, 4, 5].map(fresh);

    expect(takeOver(all, [1, 2, 3])).toEqual(shareRepeats(plan, [1, 2, 3]));
  });
});
