import { standingOf, verdictOn } from '../../../../../lib/bench/analysis/verdicts/ranking.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import type { Judgement } from '../../../../../lib/bench/stats/judgement.ts';
import { recordedTargets } from '../../../../support/recorded-run.ts';

const [a, b, c] = recordedTargets();

const JUDGEMENTS = {
  faster: { word: 'faster', isBeyondMargin: false },
  slower: { word: 'slower', isBeyondMargin: true },
  equal: { word: 'equal' },
  bounded: { word: 'bounded', most: 0.07 },
  noisy: { word: 'noisy' },
  withheld: { word: 'withheld', reason: 'Too few repeats.' },
} as const satisfies Record<Judgement['word'], Judgement>;

const verdict = (first: typeof a, word: Judgement['word'], second: typeof a): Verdict => ({
  first,
  second,
  judgement: JUDGEMENTS[word],
  repeats: 3,
  sentence: '',
});

describe('Who is ahead in a family of verdicts', () => {
  it('is the target that was faster than every other one, whichever stood first', () => {
    const verdicts = [verdict(a, 'slower', b), verdict(a, 'faster', c), verdict(b, 'faster', c)];
    expect(standingOf({ verdicts })).toEqual({ judged: [a, b, c], unbeaten: [b], winner: b });
  });

  it('is nobody where one pair at the top is not told apart', () => {
    for (const word of ['noisy', 'bounded', 'equal'] as const) {
      const verdicts = [verdict(a, word, b), verdict(a, 'faster', c), verdict(b, 'faster', c)];
      expect(standingOf({ verdicts })).toEqual({ judged: [a, b, c], unbeaten: [a, b] });
    }
  });

  it('is nobody where the one that was not beaten was not faster than all', () => {
    const verdicts = [verdict(a, 'noisy', b), verdict(a, 'faster', c), verdict(b, 'slower', c)];
    expect(standingOf({ verdicts })).toEqual({ judged: [a, b, c], unbeaten: [a] });
  });

  it('counts no withheld verdict, and judges no target that has no other', () => {
    const verdicts = [
      verdict(a, 'faster', b),
      verdict(a, 'withheld', c),
      verdict(b, 'withheld', c),
    ];
    expect(standingOf({ verdicts })).toEqual({ judged: [a, b], unbeaten: [a], winner: a });
    expect(standingOf({ verdicts: [] })).toEqual({ judged: [], unbeaten: [] });
  });

  it('finds the verdict on two targets in either order', () => {
    const verdicts = [verdict(a, 'faster', b), verdict(a, 'faster', c)];
    expect(verdictOn({ verdicts }, b, a)).toBe(verdicts[0]);
    expect(verdictOn({ verdicts }, b, c)).toBeUndefined();
  });
});
