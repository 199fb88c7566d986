import { standingOf, verdictOn } from '../../../../../lib/bench/analysis/verdicts/standing.ts';
import type { VerdictWord } from '../../../../../lib/bench/stats/decide.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import { closed, recordedTargets } from '../../../../support/recorded-run.ts';

const [a, b, c] = recordedTargets();
if (a === undefined || b === undefined || c === undefined) throw new Error('no targets');

const verdict = (
  first: typeof a,
  word: VerdictWord,
  second: typeof a,
  withheld?: string,
): Verdict => ({
  scenario: 'warm',
  level: closed(4),
  figure: 'request rate',
  first,
  second,
  word,
  repeats: 3,
  sentence: '',
  ...(withheld === undefined ? {} : { withheld }),
});

describe('who is ahead in a family of verdicts', () => {
  it('is the target that was faster than every other one, whichever stood first', () => {
    const verdicts = [verdict(a, 'slower', b), verdict(a, 'faster', c), verdict(b, 'faster', c)];
    expect(standingOf({ verdicts })).toEqual({ judged: [a, b, c], unbeaten: [b], winner: b });
  });

  it('is nobody where one pair at the top is undecided or equivalent', () => {
    for (const word of ['undecided', 'equivalent'] as const) {
      const verdicts = [verdict(a, word, b), verdict(a, 'faster', c), verdict(b, 'faster', c)];
      expect(standingOf({ verdicts })).toEqual({ judged: [a, b, c], unbeaten: [a, b] });
    }
  });

  it('is nobody where the one that was not beaten was not faster than all', () => {
    const verdicts = [verdict(a, 'undecided', b), verdict(a, 'faster', c), verdict(b, 'slower', c)];
    expect(standingOf({ verdicts })).toEqual({ judged: [a, b, c], unbeaten: [a] });
  });

  it('counts no withheld verdict, and judges no target that has no other', () => {
    const verdicts = [
      verdict(a, 'faster', b),
      verdict(a, 'undecided', c, 'too few repeats'),
      verdict(b, 'undecided', c, 'too few repeats'),
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
