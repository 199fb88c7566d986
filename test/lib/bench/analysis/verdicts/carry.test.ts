import {
  carriedPair,
  decideAsked,
  type RatePairs,
} from '../../../../../lib/bench/analysis/verdicts/carry.ts';
import type { StandIns } from '../../../../../lib/bench/analysis/verdicts/stand-ins.ts';

type Rates = readonly number[];

const measured = (ratePerSecond: number) => ({ ratePerSecond, answers: ratePerSecond * 60 });

const pairsOf = (first: Rates, second: Rates): RatePairs =>
  first.flatMap((rate, index) => {
    const other = second[index];
    return other === undefined ? [] : [[measured(rate), measured(other)] as const];
  });

const flat = (anchors: readonly Rates[], witnesses: readonly Rates[] = []): StandIns<Rates> => ({
  anchors,
  witnesses,
});

const wordOf = (first: StandIns<Rates>, second: StandIns<Rates>) =>
  decideAsked([carriedPair(first, second, pairsOf)])[0]?.word;

const fast: Rates = [100, 101, 99.5];
const slow: Rates = [50, 50.4, 49.9];

describe('a word that is carried to a level that was left out', () => {
  it('is that of every level that stands for the one side against every one that stands for the other', () => {
    expect(wordOf(flat([fast, [104, 105, 104.5]]), flat([slow, [52, 51.5, 52.5]]))).toBe('faster');
    expect(wordOf(flat([slow]), flat([fast, [104, 105, 104.5]]))).toBe('slower');
  });

  it('is none where the curves cross between the ends', () => {
    expect(wordOf(flat([fast, slow]), flat([slow, fast]))).toBeUndefined();
    // The same order at both ends, but the one's least and the other's greatest rate stand the other way round.
    expect(
      wordOf(
        flat([
          [100, 101, 99.5],
          [120, 121, 119],
        ]),
        flat([
          [90, 91, 89],
          [108, 107, 108.5],
        ]),
      ),
    ).toBeUndefined();
  });

  it('is never “equivalent”, since a stretch is less flat than its margin', () => {
    const same: Rates = [100, 100.1, 99.9];

    expect(wordOf(flat([same, same]), flat([same, same]))).toBeUndefined();
  });

  it('is none where a level with too few repeats for a test points the other way', () => {
    expect(wordOf(flat([fast], [[98]]), flat([slow]))).toBe('faster');
    expect(wordOf(flat([fast], [[45]]), flat([slow]))).toBeUndefined();
    expect(wordOf(flat([fast]), flat([slow], [[110]]))).toBeUndefined();
  });

  it('rests on the weakest of its tests', () => {
    const close: Rates = [55, 53, 54.5];
    const [alone] = decideAsked([carriedPair(flat([close]), flat([slow]), pairsOf)]);
    const [both] = decideAsked([carriedPair(flat([fast, close]), flat([slow]), pairsOf)]);

    expect(both?.adjustedPValue).toBe(alone?.adjustedPValue);
  });

  it('is not asked where a side has too few repeats or gave nothing', () => {
    expect(carriedPair(flat([[100, 101]]), flat([slow]), pairsOf)).toBeUndefined();
    expect(carriedPair(flat([fast]), flat([[0, 0, 0]]), pairsOf)).toBeUndefined();
  });
});

describe('a family with carried words', () => {
  it('counts every comparison that was asked, also those that support no word', () => {
    const asked = carriedPair(flat([fast]), flat([slow]), pairsOf);
    const crossing = carriedPair(flat([fast, slow]), flat([slow, fast]), pairsOf);
    const alone = decideAsked([asked])[0]?.adjustedPValue ?? 0;

    expect(crossing).toEqual({});
    expect(decideAsked([asked, crossing, undefined])[0]?.adjustedPValue).toBeCloseTo(2 * alone, 10);
    expect(decideAsked([asked, undefined])[0]?.adjustedPValue).toBe(alone);
  });
});
