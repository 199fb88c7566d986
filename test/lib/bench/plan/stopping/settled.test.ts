import {
  settlementOf,
  type RatesByRepeat,
} from '../../../../../lib/bench/plan/stopping/settled.ts';

const REPEATS = 5;
const ratesOf = (...rates: readonly number[]): RatesByRepeat =>
  new Map(
    rates.map((ratePerSecond, index) => [
      index + 1,
      { ratePerSecond, answers: ratePerSecond * 60 },
    ]),
  );

describe('a row against its rivals', () => {
  it('is settled where all rivals are far from it', () => {
    const rivals = [ratesOf(50, 50.4, 49.8), ratesOf(200, 201, 202)];

    expect(settlementOf(ratesOf(100, 101, 100.5), rivals, REPEATS)).toEqual({
      settled: 2,
      open: 0,
    });
  });

  it('is not settled before the third repeat, however far the rivals are', () => {
    expect(settlementOf(ratesOf(100, 101), [ratesOf(5, 5)], REPEATS)).toBeUndefined();
  });

  it('goes on where the repeats that are left may tell', () => {
    expect(settlementOf(ratesOf(100, 102, 99), [ratesOf(92, 90, 91)], REPEATS)).toBeUndefined();
  });

  it('gives up where they would not: the two lie at the margin of equivalence', () => {
    expect(settlementOf(ratesOf(100, 106, 97, 103), [ratesOf(97, 101, 99, 96)], REPEATS)).toEqual({
      settled: 0,
      open: 1,
    });
  });

  it('passes over rivals that share fewer than three repeats or gave nothing', () => {
    const own = ratesOf(100, 101, 100.5);

    expect(settlementOf(own, [ratesOf(99), ratesOf(0, 0, 0)], REPEATS)).toEqual({
      settled: 0,
      open: 0,
    });
    expect(settlementOf(own, [], REPEATS)).toBeUndefined();
  });
});
