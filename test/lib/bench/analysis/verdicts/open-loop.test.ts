import type { Side } from '../../../../../lib/bench/analysis/verdicts/pairing.ts';
import { verdictsOf } from '../../../../../lib/bench/analysis/verdicts/verdict-families.ts';
import { recordedEnvironment, recordedTargets } from '../../../../support/recorded-run.ts';
import { openSide } from '../../../../support/sides.ts';

const [, jsonTarget, binaryTarget, otherTarget] = recordedTargets();

const familyOf = (...sides: readonly Side[]) => {
  const { headline: family } = verdictsOf(
    { plan: { runtime: 'venv' }, environment: recordedEnvironment, answerChecks: [] },
    sides,
  );
  const [verdict] = family?.verdicts ?? [];
  if (family === undefined || verdict === undefined) throw new Error('no verdict');
  return { family, verdict };
};

const quick = [20, 20.2, 19.8, 20.1];
const slow = [30, 30.3, 30.1, 29.8];

describe('At an open loop', () => {
  it('the target with the shorter median is the faster one, in either order', () => {
    const one = familyOf(openSide(jsonTarget, quick), openSide(binaryTarget, slow)).verdict;
    const other = familyOf(openSide(binaryTarget, slow), openSide(jsonTarget, quick)).verdict;

    expect([one, other].map(({ judgement }) => judgement.word)).toEqual(['faster', 'slower']);
    expect(one.ratio?.value).toBeCloseTo(2 / 3, 2);
    expect(other.ratio?.value).toBeCloseTo(3 / 2, 2);
    expect(one.ratio?.interval?.high).toBeLessThan(1 / 1.03);
    expect(one.ratio?.interval?.low).toBeLessThan(one.ratio?.value ?? 0);
  });

  it('the basis says what is judged, and why p99 is not', () => {
    const { family } = familyOf(openSide(jsonTarget, quick), openSide(binaryTarget, slow));

    expect(family.figure).toBe('median response time');
    expect(family.basis).toMatch(/median response time .* too few answers for a p99/);
  });

  it('counts medians within 3 % as equal, and gives advice on noisy ones', () => {
    const even = familyOf(
      openSide(binaryTarget, [20, 20.01, 20, 20.02, 20]),
      openSide(otherTarget, [20.01, 20, 20.02, 20, 20.01]),
    ).verdict;
    const { verdict } = familyOf(
      openSide(jsonTarget, [20, 23, 18, 21]),
      openSide(binaryTarget, [22, 21, 24, 21]),
    );

    expect(even.judgement.word).toBe('equal');
    expect(verdict.judgement.word).toBe('noisy');
    expect(verdict.repeatsToDecide).toBeGreaterThan(4);
  });

  it('medians that happen to be equal are only as certain as their answers allow', () => {
    const { ratio } = familyOf(
      openSide(jsonTarget, [20, 20, 20]),
      openSide(binaryTarget, [20, 20, 20]),
    ).verdict;

    // Answers lie 5 % to each side; of 600, a standard deviation of the median is 0.2 %.
    expect(ratio?.interval?.high).toBeGreaterThan(1.004);
  });

  it.each([
    [
      'did not keep the offered rate',
      { requestRatePerSecond: { value: 9 } },
      /Triton \(PyTorch, binary\) answered 9(\.0+)? of 10(\.0+)? offered requests per second, so requests queued up/,
    ],
    [
      'left requests unsent or without an answer',
      { unsent: 20, unfinished: 5 },
      /binary\): 25 of 2400 planned requests failed, were not sent or had no answer/,
    ],
  ] as const)('there is no verdict on a target that %s, on either side', (_, row, reason) => {
    const [good, bad] = [openSide(jsonTarget, quick), openSide(binaryTarget, slow, row)];

    for (const { verdict } of [familyOf(good, bad), familyOf(bad, good)]) {
      expect(verdict.judgement).toEqual({
        word: 'withheld',
        reason: expect.stringMatching(reason) as unknown,
      });
      expect(verdict.ratio).toBeUndefined();
    }
  });

  it('a chance deficit of arrivals does not count as missing answers', () => {
    const row = {
      requestRatePerSecond: { value: 9.2 },
      offered: 9.25 * 240,
      measuredSeconds: 240,
    };
    const { verdict } = familyOf(
      openSide(jsonTarget, quick, row),
      openSide(binaryTarget, slow, row),
    );

    expect(verdict.judgement.word).toBe('faster');
  });
});
