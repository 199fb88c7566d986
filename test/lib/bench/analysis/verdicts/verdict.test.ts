import {
  decided,
  verdictOn,
  type Verdict,
} from '../../../../../lib/bench/analysis/verdicts/verdict.ts';
import type { Judgement } from '../../../../../lib/bench/stats/judgement.ts';
import { recordedTargets } from '../../../../support/recorded-run.ts';

const [a, b, c] = recordedTargets();

const verdict = (first: typeof a, judgement: Judgement, second: typeof a): Verdict => ({
  first,
  second,
  judgement,
  repeats: 3,
});

describe('A verdict on two targets', () => {
  it('tells the faster and the slower one, in either order', () => {
    expect(decided(verdict(a, { kind: 'faster', isBeyondMargin: false }, b))).toEqual([a, b]);
    expect(decided(verdict(a, { kind: 'slower', isBeyondMargin: true }, b))).toEqual([b, a]);
  });

  it.each<Judgement>([
    { kind: 'equal' },
    { kind: 'bounded', most: 0.07 },
    { kind: 'noisy' },
    { kind: 'withheld', reason: 'Too few repeats.' },
  ])('does not decide the pair if it is %j', (judgement) => {
    expect(decided(verdict(a, judgement, b))).toBeUndefined();
  });

  it('is found in either order', () => {
    const verdicts = [verdict(a, { kind: 'equal' }, b), verdict(a, { kind: 'noisy' }, c)];

    expect(verdictOn({ verdicts }, b, a)).toBe(verdicts[0]);
    expect(verdictOn({ verdicts }, b, c)).toBeUndefined();
  });
});
