import type { MeasuredRow } from '../../../../../lib/bench/analysis/records.ts';
import { verdictsOf } from '../../../../../lib/bench/analysis/verdicts/verdict-families.ts';
import { SINGLE_LOOK } from '../../../../../lib/bench/stats/looks.ts';
import { recordedTargets } from '../../../../support/recorded-run.ts';
import { openLevel, openLoopRow } from '../../../../support/measured-rows.ts';

const [, jsonTarget, binaryTarget, otherTarget] = recordedTargets();

const familyOf = (...measuredRows: readonly MeasuredRow[]) => {
  const { headline: family } = verdictsOf({ answerChecks: [] }, measuredRows, [SINGLE_LOOK]);
  const [verdict] = family?.verdicts ?? [];
  if (family === undefined || verdict === undefined) throw new Error('no verdict');
  return { family, verdict };
};

const quick = [20, 20.2, 19.8, 20.1];
const slow = [30, 30.3, 30.1, 29.8];

describe('In an open loop,', () => {
  it('the target with the shorter median is the faster one, in either order', () => {
    const forward = familyOf(
      openLoopRow(jsonTarget, quick),
      openLoopRow(binaryTarget, slow),
    ).verdict;
    const reverse = familyOf(
      openLoopRow(binaryTarget, slow),
      openLoopRow(jsonTarget, quick),
    ).verdict;

    expect([forward, reverse].map(({ judgement }) => judgement.kind)).toEqual(['faster', 'slower']);
    expect(forward.ratio?.value).toBeCloseTo(2 / 3, 2);
    expect(reverse.ratio?.value).toBeCloseTo(3 / 2, 2);
    expect(forward.ratio?.interval?.high).toBeLessThan(1 / 1.03);
    expect(forward.ratio?.interval?.low).toBeLessThan(forward.ratio?.value ?? 0);
  });

  it('the median response time is judged', () => {
    const { family } = familyOf(openLoopRow(jsonTarget, quick), openLoopRow(binaryTarget, slow));

    expect(family.figure).toBe('median response time');
  });

  it('medians within 3 % count as equal, and noisy ones get a number of repeats', () => {
    const even = familyOf(
      openLoopRow(binaryTarget, [20, 20.01, 20, 20.02, 20]),
      openLoopRow(otherTarget, [20.01, 20, 20.02, 20, 20.01]),
    ).verdict;
    const { verdict } = familyOf(
      openLoopRow(jsonTarget, [20, 23, 18, 21]),
      openLoopRow(binaryTarget, [22, 21, 24, 21]),
    );

    expect(even.judgement.kind).toBe('equal');
    expect(verdict.judgement.kind).toBe('noisy');
    expect(verdict.moreRepeats).toBeGreaterThan(0);
  });

  it('medians that happen to be equal are only as certain as their answers allow', () => {
    const { ratio } = familyOf(
      openLoopRow(jsonTarget, [20, 20, 20]),
      openLoopRow(binaryTarget, [20, 20, 20]),
    ).verdict;

    // Latencies lie within 5 % of the median. With 600 answers, the median has a standard error of 0.2 %.
    expect(ratio?.interval?.high).toBeGreaterThan(1.004);
  });

  it.each([
    [
      'answered less than the offered rate',
      { requestRatePerSecond: { value: 9 } },
      { code: 'queued-requests', answeredPerSecond: 9, offeredPerSecond: 10 },
    ],
    [
      'left requests unsent or failed',
      { unsent: 20, failed: 5 },
      {
        code: 'failed-requests',
        share: 25 / 2400,
        level: openLevel,
        cause: 'unsent',
      },
    ],
  ] as const)(
    'there is no verdict on a target that %s, whichever comes first',
    (_, row, reason) => {
      const [good, bad] = [openLoopRow(jsonTarget, quick), openLoopRow(binaryTarget, slow, row)];

      for (const { verdict } of [familyOf(good, bad), familyOf(bad, good)]) {
        expect(verdict.judgement).toEqual({
          kind: 'withheld',
          reason: { ...reason, target: binaryTarget },
        });
        expect(verdict.ratio).toBeUndefined();
      }
    },
  );

  const busyLevel = { ...openLevel, ratePerSecond: 20 } as const;
  const atBusy = (target: typeof jsonTarget, row: Parameters<typeof openLoopRow>[2]) =>
    openLoopRow(target, slow, { level: busyLevel, offered: 4800, ...row });
  const carried = { requestRatePerSecond: { value: 20 } };
  const queued = { requestRatePerSecond: { value: 15 } };

  it('there is no verdict at any rate on a target that queued at one that another carried', () => {
    const { family } = familyOf(
      openLoopRow(jsonTarget, quick),
      atBusy(jsonTarget, queued),
      openLoopRow(binaryTarget, slow),
      atBusy(binaryTarget, carried),
    );

    expect(family).toMatchObject({
      failing: [{ target: jsonTarget, reason: { code: 'queued-requests' }, levels: [busyLevel] }],
      given: 0,
    });
  });

  it('a rate at which all queued is left out', () => {
    const { family } = familyOf(
      openLoopRow(jsonTarget, quick),
      atBusy(jsonTarget, queued),
      openLoopRow(binaryTarget, slow),
      atBusy(binaryTarget, queued),
    );

    expect(family).toMatchObject({ failing: [], given: 1 });
  });

  it('fewer arrivals than planned by chance do not count as missing answers', () => {
    const row = {
      requestRatePerSecond: { value: 9.2 },
      offered: 9.25 * 240,
      measuredSeconds: 240,
    };
    const { verdict } = familyOf(
      openLoopRow(jsonTarget, quick, row),
      openLoopRow(binaryTarget, slow, row),
    );

    expect(verdict.judgement.kind).toBe('faster');
  });
});
