import { join } from 'node:path';
import {
  decided,
  noRankingReason,
  measuredRows,
  rankingOf,
  rowOf,
  verdictOn,
} from '../../../../lib/bench/analysis/ranking.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { Judgement, Ranking, Verdict } from '../../../../lib/bench/analysis/verdict-types.ts';
import { readRunFolder, type RunData } from '../../../../lib/bench/results/run-folder.ts';
import {
  closed,
  recordedRun,
  recordedTargets,
  withMeasurements,
} from '../../../support/recorded-run.ts';
import { type Judged, judgedRun, noisy, ratioBetween } from '../../../support/judged-run.ts';
import { refusingRun } from '../../../support/refusing-run.ts';
import { withSlowerAnswers } from '../../../support/slower-answers.ts';

let recorded: Summary;

beforeAll(async () => {
  recorded = summarise(
    await readRunFolder(join(import.meta.dirname, '../../../demo/recorded-run')),
  );
});

const rankingIn = (summary: Summary): Ranking => {
  const ranking = rankingOf(summary);
  if (ranking === undefined) throw new Error('nothing is ranked');
  return ranking;
};

const isSlowest = ({ serving }: Verdict['first']): boolean => serving === 'torchserve';

const ranksIn = (summary: Summary) =>
  rankingIn(summary).judged.map(({ target, ranks }) => [target.serving, [ranks.best, ranks.worst]]);

/** The recorded run with other verdicts over all levels. */
const judgedAs = (change: (verdict: Verdict) => Judged): Summary => judgedRun(recorded, change);

/** The geometric means of the request rates over all levels, in the order of the ranking. */
const meansIn = (summary: Summary): readonly number[] =>
  rankingIn(summary).judged.map(({ mean }) => mean?.value ?? 0);

describe('The ranking of a run', () => {
  it('gives targets the same ranks if the verdicts do not tell them apart', () => {
    expect(ranksIn(recorded)).toEqual([
      ['torchserve', [1, 1]],
      ['triton_pytorch', [2, 3]],
      ['triton_tensorflow', [2, 3]],
      ['tfserving', [4, 4]],
    ]);
  });

  it('is in the order of the means over its levels, which have intervals', () => {
    const { judged, loads } = rankingIn(recorded);
    const means = meansIn(recorded);

    expect(means).toEqual(means.toSorted((a, b) => b - a));
    for (const { target, mean } of judged) {
      const rates = loads.map(
        (load) => rowOf(measuredRows(recorded), target, load)?.requestRatePerSecond?.value ?? 0,
      );
      expect(mean?.value).toBeCloseTo(Math.sqrt((rates[0] ?? 0) * (rates[1] ?? 0)));
      expect(mean?.interval?.low).toBeLessThan(mean?.value ?? 0);
      expect(mean?.interval?.high).toBeGreaterThan(mean?.value ?? 0);
    }
  });

  it('is in the order of the names, and has all pairs, if no verdict tells targets apart', () => {
    const { isDecided, judged, pairs } = rankingIn(judgedAs(() => noisy));

    expect(isDecided).toBe(false);
    expect(judged.map(({ target }) => target.serving)).toEqual([
      'tfserving',
      'torchserve',
      'triton_pytorch',
      'triton_tensorflow',
    ]);
    expect(pairs).toHaveLength(6);
    expect(pairs[0]).toMatchObject({
      target: { serving: 'tfserving' },
      over: { serving: 'torchserve' },
      judgement: { kind: 'noisy' },
    });
  });

  it('follows verdicts rather than means', () => {
    const summary = judgedAs((verdict) =>
      isSlowest(verdict.first) || isSlowest(verdict.second)
        ? {
            judgement: {
              kind: isSlowest(verdict.first) ? 'slower' : 'faster',
              isBeyondMargin: true,
            },
            ratio: isSlowest(verdict.first) ? ratioBetween(0.7, 0.9) : ratioBetween(1.1, 1.4),
          }
        : noisy,
    );
    const means = meansIn(summary);

    expect(rankingIn(summary).judged.at(-1)?.target.serving).toBe('torchserve');
    expect(means.at(-1)).toBe(Math.max(...means));
  });

  it('compares each target with the next, so that a program can read by how much it is faster', () => {
    const { pairs, figure, loads } = rankingIn(recorded);

    expect([figure, loads.length]).toEqual(['request rate', 2]);
    expect(pairs.map(({ judgement }) => judgement.kind)).toEqual([
      'faster',
      expect.stringMatching(/equal|bounded|noisy/),
      'faster',
    ]);
    // The verdict names the slower one first.
    expect(pairs.at(-1)).toMatchObject({
      over: { serving: 'tfserving' },
      timesAsFast: { least: expect.closeTo(1.12, 1), most: expect.closeTo(1.17, 1) },
    });
  });

  it('finds the fastest target, else the slowest, else a decided pair', () => {
    const slow = judgedAs((each) =>
      [each.first, each.second].some(({ serving }) => serving === 'tfserving') ? each : noisy,
    );
    const pair = judgedAs(({ first, second }) =>
      first.serving === 'torchserve' && second.serving === 'tfserving'
        ? { judgement: { kind: 'faster', isBeyondMargin: true }, ratio: ratioBetween(1.1, 1.3) }
        : noisy,
    );

    expect(rankingIn(recorded).finding).toMatchObject({
      code: 'fastest',
      leads: [{ judgement: { kind: 'faster' } }, { over: { serving: 'tfserving' } }],
    });
    expect(rankingIn(slow).finding).toMatchObject({
      code: 'slowest',
      target: { serving: 'tfserving' },
      timesAsFast: { least: expect.closeTo(1.12) as number, most: expect.closeTo(1.23) as number },
    });
    expect(rankingIn(pair).finding).toMatchObject({
      code: 'decided-pair',
      faster: { serving: 'torchserve' },
      slower: { serving: 'tfserving' },
    });
    // Among the neighbours, it would be missing.
    expect(rankingIn(pair).pairs[0]).toMatchObject({
      target: { serving: 'torchserve' },
      over: { serving: 'tfserving' },
      judgement: { kind: 'faster' },
    });
  });

  it.each([
    ['all-equal', { judgement: { kind: 'equal' }, ratio: ratioBetween(0.99, 1.01) }],
    ['none-faster', noisy],
  ] as const)('finds %s if all verdicts are %j', (code, each) => {
    expect(rankingIn(judgedAs(() => each)).finding).toEqual({ code });
  });

  it('is absent with a reason if there is nothing to rank', () => {
    const options = { levels: [closed(1)], scenarios: ['warm'], repeats: 1 } as const;
    const [target] = recordedTargets();
    const targets = recordedTargets().slice(1);

    expect(summarise(recordedRun({ ...options, targets })).noRanking).toEqual({
      code: 'withheld',
      reason: { code: 'few-repeats', repeats: 1, failed: 0 },
    });
    expect(summarise(recordedRun({ ...options, targets: [target] })).noRanking).toEqual({
      code: 'one-target',
    });
    expect(recorded.noRanking).toBeUndefined();
  });

  it('lists targets without a verdict separately', () => {
    // The first of the recorded targets fails 1.8 % of its requests, so it gets no verdict.
    const [failing] = recordedTargets();
    const run = summarise(recordedRun({ repeats: 4, levels: [closed(8)] }));
    const { judged, unjudged } = rankingIn(run);

    expect(unjudged).toEqual([failing]);
    expect(judged.map(({ target }) => target)).not.toContainEqual(failing);
  });

  it('is undefined if no verdict could be given', () => {
    expect(rankingOf(summarise(recordedRun({ levels: [closed(1)], repeats: 1 })))).toBeUndefined();
  });

  it('begins with the shortest median if an open loop gives the rate', () => {
    const data = recordedRun({
      repeats: 5,
      durationSeconds: 30,
      scenarios: ['warm'],
      levels: [{ loop: 'open', ratePerSecond: 20, arrivals: 'constant' }],
      targets: recordedTargets().slice(1),
    });
    const factors: Readonly<Record<string, number>> = { tfserving: 0.1, triton_pytorch: 3 };
    const open = withSlowerAnswers(
      data,
      ({ measurement }) => factors[measurement.target.serving] ?? 1,
    );

    expect(ranksIn(summarise(open))[0]).toEqual(['tfserving', [1, 1]]);
  });
});

const [a, b, c] = recordedTargets();

const verdict = (first: typeof a, judgement: Judgement, second: typeof a): Verdict => ({
  first,
  second,
  judgement,
  repeats: 3,
  loads: [],
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
    { kind: 'withheld', reason: { code: 'few-repeats', repeats: 2, failed: 0 } },
  ])('does not decide the pair if it is %j', (judgement) => {
    expect(decided(verdict(a, judgement, b))).toBeUndefined();
  });

  it('is found in either order', () => {
    const verdicts = [verdict(a, { kind: 'equal' }, b), verdict(a, { kind: 'noisy' }, c)];

    expect(verdictOn({ verdicts }, b, a)).toBe(verdicts[0]);
    expect(verdictOn({ verdicts }, b, c)).toBeUndefined();
  });
});

/** The first pair of a run, whose summary may be changed. */
const pairIn = (data: RunData, change = (summary: Summary) => summary) =>
  rankingIn(change(summarise(data))).pairs[0];

/** A run of which the rig was the limit at 8 users. */
const atLimit = (summary: Summary): Summary => ({
  ...summary,
  rows: summary.rows.map((row) =>
    row.level.loop === 'closed' && row.level.virtualUsers === 8
      ? { ...row, checks: [{ check: 'noop-limit', state: 'at-limit' }] }
      : row,
  ),
});

describe('A pair whose difference depends on the level', () => {
  const run = recordedRun({
    targets: recordedTargets().slice(1, 3),
    levels: [closed(1), closed(4), closed(8)],
    scenarios: ['warm'],
    repeats: 4,
  });
  const timesFaster = (times: number) =>
    withMeasurements(run, (record) => {
      const { load, measurement } = record;
      const { target, level, engine } = measurement;
      const isChanged =
        engine !== 'noop' &&
        target.serving === 'triton_pytorch' &&
        level.loop === 'closed' &&
        level.virtualUsers === 8;
      const requestRatePerSecond = load.requestRatePerSecond * (isChanged ? times : 1);
      return { ...record, load: { ...load, requestRatePerSecond } };
    });

  it('has the levels with the least and the greatest ratio, in their order', () => {
    const { atLevels = [] } = pairIn(timesFaster(2)) ?? {};
    const [least, most] = atLevels;

    expect(atLevels).toHaveLength(2);
    expect(most?.level).toEqual(closed(8));
    expect(most?.timesAsFast).toBeGreaterThan(1.5 * (least?.timesAsFast ?? Infinity));
  });

  it('has none if the ratios are almost the same, or the rig was the limit where they differ', () => {
    expect(pairIn(timesFaster(1))).toMatchObject({ atLevels: undefined });
    expect(pairIn(timesFaster(2), atLimit)).toMatchObject({ atLevels: undefined });
  });
});

describe('A run at the limit of its rig', () => {
  const two = recordedTargets().slice(1, 3);
  const [slower, faster] = two;

  /** The no-op limit of the faster is too low, and without the middleware it answers so many times 1,000 requests/s. */
  const limited = (timesFaster: number) =>
    summarise(
      withMeasurements(
        recordedRun({
          scenarios: ['warm'],
          levels: [closed(4)],
          repeats: 4,
          noopLimitFactor: 1.1,
          directShare: 0.5,
          targets: two,
        }),
        (record) => {
          const { measurement, load, bypass } = record;
          const isFaster = measurement.target.serving === faster?.serving;
          const slow = isFaster ? 0.5 : 1;
          const rate = isFaster ? 1000 * timesFaster : 1000;
          return {
            ...record,
            load:
              measurement.engine === 'noop'
                ? { ...load, requestRatePerSecond: slow * load.requestRatePerSecond }
                : load,
            bypass:
              bypass?.state === 'completed'
                ? { ...bypass, requestRatePerSecond: rate, succeeded: rate }
                : bypass,
          };
        },
      ),
    );

  it('has the targets that reached their no-op limit and those that exceeded it', () => {
    const { noRanking } = limited(3);

    expect(
      noRanking?.code === 'rig-limit' && noRanking.targets.map(({ target }) => target),
    ).toEqual(two);
  });

  it('has the rates of all compared targets without the middleware, the fastest first', () => {
    const { noRanking } = limited(3);

    expect(noRanking).toMatchObject({
      bypass: [{ target: faster }, { target: slower }],
      isBypassApart: true,
    });
    expect(limited(1.4).noRanking).toMatchObject({
      bypass: [{ target: faster, requestRatePerSecond: 1400 }, { target: slower }],
      isBypassApart: false,
    });
  });

  it('has them also of a target that did not come near its limit', () => {
    const { rows, ...summary } = limited(3);
    const passing = rows.map((row) =>
      row.target.serving === slower?.serving
        ? { ...row, checks: [{ check: 'noop-limit', state: 'passed' } as const] }
        : row,
    );

    expect(noRankingReason({ ...summary, rows: passing })).toMatchObject({
      targets: [{ target: faster }],
      bypass: [{ target: faster }, { target: slower }],
    });
  });
});

describe('A target that fails requests', () => {
  it('is not ranked, and the others are ranked among themselves', () => {
    const { run, refusing } = refusingRun({ targets: recordedTargets().slice(1) });
    const { ranking } = summarise(run);

    expect(ranking?.unjudged).toEqual([refusing]);
    expect(ranking?.judged).toHaveLength(2);
    expect(ranking).toMatchObject({ allLoads: 2, loads: [{}, {}] });
  });

  it('does not hide that the rig was the limit of the others', () => {
    const { run, refusing } = refusingRun({
      targets: recordedTargets().slice(1),
      noopLimitFactor: 1.1,
    });
    const { noRanking } = summarise(run);

    expect(noRanking?.code).toBe('rig-limit');
    expect(JSON.stringify(noRanking)).not.toContain(refusing.serving);
  });

  it('is the reason why nothing is ranked, rather than the limit of the rig', () => {
    const { noRanking } = summarise(refusingRun({ noopLimitFactor: 1.1 }).run);

    expect(noRanking).toMatchObject({ code: 'withheld', reason: { code: 'failed-requests' } });
  });
});
