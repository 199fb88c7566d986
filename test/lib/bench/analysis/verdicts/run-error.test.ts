import {
  addedErrorText,
  runErrorText,
  type Claiming,
} from '../../../../../lib/bench/analysis/verdicts/run-error.ts';
import type { VerdictWord } from '../../../../../lib/bench/stats/decide.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import { closed, recordedTargets } from '../../../../support/recorded-run.ts';

const [first, second] = recordedTargets();
if (first === undefined || second === undefined) throw new Error('no targets');

const family = (
  word: VerdictWord,
  scenario: Claiming['scenario'] = 'warm',
  extra: Partial<Verdict> = {},
): Claiming => ({
  scenario,
  verdicts: [
    {
      scenario,
      figure: 'request rate',
      level: closed(4),
      first,
      second,
      word,
      repeats: 5,
      sentence: '',
      ...extra,
    },
  ],
});

describe('the chance that a word of a run is wrong', () => {
  it('adds up over the loads, until no bound is left', () => {
    expect([2, 6, 19].map(addedErrorText)).toEqual([
      'at most 10 %',
      'at most 30 %',
      'at most 95 %',
    ]);
    expect(addedErrorText(20)).toBe(
      'not bounded: on average up to 1 of the 20 may hold a wrong word',
    );
    expect(addedErrorText(28)).toContain('up to 1.4 of the 28');
  });

  it('is that of one load where there is one', () => {
    const one = family('faster');

    expect(runErrorText([one], [one])).toBe(
      'At most 5 % at one load, for any “faster”, “slower” or “equivalent” among its pairs.',
    );
  });

  it('is said of the headlines and of all, undecided ones included, as they might have been decided', () => {
    const warm = [family('faster'), family('undecided')];
    const cold = [family('slower', 'cold'), family('equivalent', 'cold')];

    expect(runErrorText([...cold, ...warm], [...cold.slice(0, 1), ...warm.slice(0, 1)])).toMatch(
      /pairs; for the 2 loads above together at most 10 %; for all 4 loads of this run, cold and warm apart, together at most 20 %\.$/,
    );
  });

  it('is none of what is withheld, nor where nothing was decided', () => {
    const withheld = family('undecided', 'warm', { withheld: 'Two repeats are too few.' });

    expect(runErrorText([withheld, family('faster')], [])).not.toContain('together');
    expect(runErrorText([withheld, family('undecided')], [])).toBeUndefined();
  });
});
