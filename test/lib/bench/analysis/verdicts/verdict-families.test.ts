import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import type { MeasuredRow } from '../../../../../lib/bench/analysis/records.ts';
import type { Verdict } from '../../../../../lib/bench/analysis/verdict-types.ts';
import { verdictsOf } from '../../../../../lib/bench/analysis/verdicts/verdict-families.ts';
import type { AnswerFacts } from '../../../../../lib/bench/analysis/verdicts/pairing.ts';
import { type Look, SINGLE_LOOK } from '../../../../../lib/bench/stats/looks.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';
import { studentTQuantile } from '../../../../../lib/bench/stats/probability.ts';
import { closed, recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';
import { measuredRow } from '../../../../support/measured-rows.ts';

const [imageTarget, jsonTarget, binaryTarget] = recordedTargets();

const answers: AnswerFacts = { answerChecks: [] };

interface RowOptions extends NonNullable<Parameters<typeof measuredRow>[3]> {
  readonly level?: ReturnType<typeof closed>;
}

const rowOf = (
  target: Target,
  rates: readonly number[],
  { level = closed(10), ...options }: RowOptions = {},
): MeasuredRow => measuredRow(target, level, rates, options);

const failed = (...repeats: number[]): RowOptions => ({
  row: { failedRepeats: repeats.map((repeat) => ({ repeat, message: 'it ended' })) },
});

const verdictOf = (first: MeasuredRow, second: MeasuredRow, of = answers): Verdict => {
  const [verdict] = verdictsOf(of, [first, second], [SINGLE_LOOK]).headline?.verdicts ?? [];
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
};

const headlineOf = (...measuredRows: readonly MeasuredRow[]) =>
  verdictsOf(answers, measuredRows, [SINGLE_LOOK]).headline;

const slow = [50, 51, 49, 50.5];
const fast = [100, 101, 99, 100.5];

describe('The verdict on two targets', () => {
  it('compares the first with the second in the repeats that both have', () => {
    const verdict = verdictOf(rowOf(jsonTarget, slow), rowOf(binaryTarget, fast));

    expect(verdict).toMatchObject({
      judgement: { kind: 'slower', isBeyondMargin: true },
      repeats: 4,
    });
    expect(verdict.ratio?.value).toBeCloseTo(1 / 2, 2);
    expect(verdict.moreRepeats).toBeUndefined();
  });

  it('leaves out repeats that failed at one of the targets', () => {
    const first = rowOf(jsonTarget, slow, failed(5, 6));
    const two = rowOf(jsonTarget, slow.slice(0, 2), failed(3));
    const verdict = verdictOf(first, rowOf(binaryTarget, fast, failed(6, 7)));

    expect(verdict.repeats).toBe(4);
    expect(verdictOf(two, rowOf(binaryTarget, fast)).judgement).toEqual({
      kind: 'withheld',
      reason: { code: 'few-repeats', repeats: 2, failed: 1 },
    });
  });

  it('has the number of further repeats that would probably decide an undecided pair', () => {
    const first = rowOf(jsonTarget, [50, 54, 48, 52]);
    const verdict = verdictOf(first, rowOf(binaryTarget, [48, 47, 51, 48]));

    expect(verdict.judgement.kind).toBe('noisy');
    expect(verdict.moreRepeats).toBeGreaterThan(4);
    // A new run may spend all of its error.
    expect(verdict.repeatsAnew).toBeGreaterThan(4);
    expect(verdict.repeatsAnew).toBeLessThan(4 + (verdict.moreRepeats ?? 0));
    expect(verdictOf(first, rowOf(binaryTarget, [20, 90, 99, 30])).moreRepeats).toBeUndefined();
  });

  it.each([
    [
      'a difference that may be within 3 %',
      [51.5, 51.8, 51.4, 51.6, 51.8],
      { kind: 'faster', isBeyondMargin: false },
    ],
    [
      'no significant difference',
      [50.9, 49.9, 51.2, 49.6, 51.4],
      { kind: 'bounded', most: expect.any(Number) as number },
    ],
    ['a difference within 3 %', [50, 50.41, 49.79, 50.22, 50.11], { kind: 'equal' }],
  ] as const)('judges %s', (_, rates, judgement) => {
    const base = rowOf(jsonTarget, [50, 50.4, 49.8, 50.2, 50.1]);

    expect(verdictOf(rowOf(binaryTarget, rates), base).judgement).toEqual(judgement);
  });
});

/** The kind of a verdict, or why it is withheld. */
const kindOf = (first: MeasuredRow, second: MeasuredRow) => {
  const { judgement } = verdictOf(first, second);
  return judgement.kind === 'withheld' ? judgement.reason.code : judgement.kind;
};

describe('The verdict on a target at the limit of the rig', () => {
  const atLimit = { row: { checks: [{ check: 'noop-limit', state: 'at-limit' }] } } as const;
  it('says that it is faster, but not that it is slower or equal, because its rate is a lower bound', () => {
    const other = rowOf(binaryTarget, slow);

    expect(kindOf(rowOf(jsonTarget, fast, atLimit), other)).toBe('faster');
    expect(kindOf(other, rowOf(jsonTarget, fast, atLimit))).toBe('slower');
    expect(kindOf(rowOf(jsonTarget, [40, 41, 39, 40.5], atLimit), other)).toBe('rig-limit');
    expect(kindOf(rowOf(jsonTarget, slow, atLimit), other)).toBe('rig-limit');
  });

  it('is withheld if both are', () => {
    const both = [rowOf(jsonTarget, fast, atLimit), rowOf(binaryTarget, slow, atLimit)] as const;

    expect(verdictOf(...both).judgement).toMatchObject({
      kind: 'withheld',
      reason: { code: 'rig-limit' },
    });
  });
});

describe('A verdict is withheld', () => {
  const good = rowOf(binaryTarget, fast);
  const check = { check: 'noop-limit', state: 'failed' } as const;
  const failedShare = 0.02;

  it.each([
    ['if there are two repeats', rowOf(jsonTarget, [50, 51]), { code: 'few-repeats', repeats: 2 }],
    [
      'if a check failed',
      rowOf(jsonTarget, slow, { row: { checks: [check] } }),
      { code: 'failed-check', result: check, target: jsonTarget },
    ],
    [
      'if too many requests failed',
      rowOf(jsonTarget, slow, { row: { failedShare } }),
      { code: 'failed-requests', share: failedShare },
    ],
    [
      'if a repeat has no correct answer',
      rowOf(jsonTarget, [50, 0, 50]),
      { code: 'no-correct-answer' },
    ],
    ['if there are no figures', rowOf(jsonTarget, []), { code: 'no-figures' }],
  ])('%s', (_, bad, reason) => {
    const verdict = verdictOf(bad, good);

    expect(verdict.judgement).toMatchObject({ kind: 'withheld', reason });
    expect(verdict.ratio).toBeUndefined();
  });

  it('if a target gave wrong answers', () => {
    const answerChecks: Summary['answerChecks'] = [
      {
        target: jsonTarget,
        state: 'failed',
        engine: 'onnx',
        trained: false,
        images: 2,
        correct: 1,
        relativeTolerance: 0.001,
      },
    ];
    const { judgement } = verdictOf(rowOf(jsonTarget, slow), good, { answerChecks });

    expect(judgement).toMatchObject({ reason: { code: 'answers', fault: 'wrong-answer' } });
  });

  it.each([
    [1, 0, 'wrong-answer'],
    [0, 1, 'not-understood'],
  ])(
    'if a target gave %d wrong answers under load, and %d that were not understood',
    (wrongAnswers, notUnderstood, fault) => {
      const wrongUnderLoad: Summary['wrongUnderLoad'] = [
        { target: jsonTarget, engine: 'onnx', wrongAnswers, notUnderstood, answers: 9 },
      ];
      const { judgement } = verdictOf(rowOf(jsonTarget, slow), good, {
        ...answers,
        wrongUnderLoad,
      });

      expect(judgement).toMatchObject({ reason: { code: 'answers', fault } });
    },
  );

  it('at all levels if too many requests failed at one, and the others are compared as without the target', () => {
    const failures = { 'http-503': 785, timeout: 2 } as const;
    const failing = [
      rowOf(jsonTarget, fast, { level: closed(1) }),
      rowOf(jsonTarget, fast, { level: closed(4), row: { failedShare: 0.787, failures } }),
    ];
    const others = [imageTarget, binaryTarget].flatMap((target, at) =>
      [1, 4].map((users) => rowOf(target, at === 0 ? slow : fast, { level: closed(users) })),
    );
    const reason = {
      code: 'failed-requests',
      share: 0.787,
      level: closed(4),
      cause: 'http-503',
    } as const;
    const headline = headlineOf(...failing, ...others);

    expect(headline?.failing).toEqual([{ target: jsonTarget, reason, levels: [closed(4)] }]);
    expect(headline?.verdicts.map(({ judgement }) => judgement)).toMatchObject([
      { kind: 'withheld', reason },
      { kind: 'withheld', reason },
      { kind: 'slower' },
    ]);
    expect(headline?.verdicts[2]).toEqual(headlineOf(...others)?.verdicts[0]);
  });

  it('at all levels if there was no correct answer in a repeat at one', () => {
    const stuck = [
      rowOf(jsonTarget, fast, { level: closed(1) }),
      rowOf(jsonTarget, [50, 0, 50], { level: closed(4) }),
    ];
    const others = [1, 4].map((users) => rowOf(binaryTarget, slow, { level: closed(users) }));

    expect(headlineOf(...stuck, ...others)).toMatchObject({
      failing: [{ target: jsonTarget, reason: { code: 'no-correct-answer', level: closed(4) } }],
      given: 0,
    });
  });

  it('only where others are compared: requests that failed at a level of one target do not matter', () => {
    const alone = rowOf(jsonTarget, fast, { level: closed(64), row: { failedShare } });
    const rows = [jsonTarget, binaryTarget].map((target) => rowOf(target, fast));

    expect(headlineOf(alone, ...rows)).toMatchObject({ failing: [], given: 1 });
  });

  it('for requests that failed rather than for the limit of the rig at another level', () => {
    const checks = [{ check: 'noop-limit', state: 'at-limit' }] as const;
    const rows = [
      rowOf(jsonTarget, fast, { level: closed(1), row: { checks } }),
      rowOf(jsonTarget, fast, { level: closed(4), row: { checks, failedShare } }),
      ...[1, 4].map((users) => rowOf(binaryTarget, slow, { level: closed(users) })),
    ];

    expect(headlineOf(...rows)?.verdicts[0]?.judgement).toMatchObject({
      reason: { code: 'failed-requests' },
    });
  });

  it('without widening the intervals of the other verdicts', () => {
    const bad = rowOf(imageTarget, [50, 51]);
    const alone = verdictOf(rowOf(jsonTarget, slow), good);

    expect(headlineOf(bad, rowOf(jsonTarget, slow), good)?.verdicts.at(-1)).toMatchObject(alone);
  });
});

const widthOf = ({ ratio }: Pick<Verdict, 'ratio'>): number =>
  Math.log((ratio?.interval?.high ?? Infinity) / (ratio?.interval?.low ?? 0));

describe('The verdicts of a run', () => {
  const summary = summarise(recordedRun({ repeats: 5, durationSeconds: 4 }));

  it('do not depend on the order of the records', () => {
    const run = recordedRun({ repeats: 5, durationSeconds: 4 });
    const reversed = summarise({ ...run, records: run.records.toReversed() });

    expect(reversed.headline).toEqual(summary.headline);
  });

  it('cover every pair over all levels, with narrower intervals than at one level', () => {
    const { headline } = summary;
    const [overall] = headline?.verdicts.filter(({ ratio }) => ratio !== undefined) ?? [];
    const atLoad = overall?.loads[0];
    if (overall === undefined || atLoad === undefined) throw new Error('no verdicts');

    expect(headline?.loads).toHaveLength(2 * 3);
    expect(headline?.verdicts).toHaveLength(6);
    expect(overall.loads).toHaveLength(2 * 3);
    expect(overall.repeats).toBe(atLoad.repeats);
    expect(widthOf(overall)).toBeLessThan(widthOf(atLoad) / 2);
  });

  it('are absent if there is one target', () => {
    expect(
      summarise(recordedRun({ targets: [binaryTarget], repeats: 1 })).headline,
    ).toBeUndefined();
  });
});

const at = (users: number, first: readonly number[], second: readonly number[]) => [
  rowOf(jsonTarget, first, { level: closed(users) }),
  rowOf(binaryTarget, second, { level: closed(users) }),
];

describe('The verdict over several levels', () => {
  it('covers the levels at which the targets are comparable', () => {
    const [some] =
      headlineOf(...at(1, slow, fast), ...at(4, slow, fast), ...at(8, slow, [50]))?.verdicts ?? [];
    const [all] = headlineOf(...at(1, slow, fast), ...at(4, slow, fast))?.verdicts ?? [];

    expect(some?.repeats).toBe(4);
    expect(some?.ratio).toEqual(all?.ratio);
  });

  it('has the number of repeats of the level with the fewest', () => {
    const three = at(8, slow.slice(1), fast.slice(1));

    expect(headlineOf(...at(1, slow, fast), ...three)?.verdicts[0]?.repeats).toBe(3);
  });

  it('names the levels at which the order is reversed', () => {
    const [verdict] =
      headlineOf(...at(1, slow, fast), ...at(8, [60, 61, 59, 60.5], slow))?.verdicts ?? [];

    expect(verdict?.judgement.kind).toBe('slower');
    expect(verdict?.reversedAt).toEqual([{ scenario: 'warm', level: closed(8) }]);
  });
});

const limitsOf = ({ ratio }: Verdict) =>
  [ratio?.interval?.low ?? Number.NaN, ratio?.interval?.high ?? Number.NaN] as const;

describe('The noise of a run', () => {
  it('is that of the rates of a target between repeats, without what a repeat did to all targets', () => {
    const repeats = [1.2, 0.8, 1, 1.1];
    const rows = [imageTarget, jsonTarget, binaryTarget].map((target, own) =>
      rowOf(
        target,
        repeats.map((speed, repeat) => 50 * speed * Math.exp(repeat % 3 === own ? 0.06 : 0)),
      ),
    );
    const { noise } = headlineOf(...rows) ?? {};

    expect(noise?.assumed).toBe(0.05);
    expect(noise?.measured).toBeGreaterThan(0.02);
    expect(noise?.measured).toBeLessThan(0.05);
  });
});

describe('The verdict of a run that looks at its verdicts several times', () => {
  const firstRow = rowOf(jsonTarget, [53, 50, 52, 51, 50, 51, 50.5, 50.5]);
  const secondRow = rowOf(binaryTarget, [50, 50.5, 51, 49, 47.9, 48.9, 48.4, 48.5]);
  const looksAt = (...looks: readonly Look[]): Verdict => {
    const [verdict] = verdictsOf(answers, [firstRow, secondRow], looks).headline?.verdicts ?? [];
    if (verdict === undefined) throw new Error('no verdict');
    return verdict;
  };
  const [first, last] = [
    { repeats: 4, errorPart: 0.1 },
    { repeats: 8, errorPart: 0.4 },
  ];

  it('is withheld before the first look', () => {
    expect(looksAt().judgement).toEqual({
      kind: 'withheld',
      reason: { code: 'not-looked-yet' },
    });
  });

  it('compares the repeats up to the look, with a part of the error of 3 %', () => {
    const logs = [53 / 50, 50 / 50.5, 52 / 51, 51 / 49].map(Math.log);
    const mean = logs.reduce((sum, log) => sum + log, 0) / 4;
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 3);
    const halfWidth = (studentTQuantile(1 - 0.003 / 2, 3) * deviation) / 2;
    const [low, high] = limitsOf(looksAt(first));

    expect([low, high].map(Math.log)).toEqual([
      expect.closeTo(mean - halfWidth, 10),
      expect.closeTo(mean + halfWidth, 10),
    ]);
  });

  it('is read from what all intervals have in common', () => {
    const [both, early, late] = [looksAt(first, last), looksAt(first), looksAt(last)].map(limitsOf);

    expect(both).toEqual([
      Math.max(early?.[0] ?? 0, late?.[0] ?? 0),
      Math.min(early?.[1] ?? 0, late?.[1] ?? 0),
    ]);
    expect(looksAt(first, last).ratio?.interval?.confidence).toBe(1 - 0.03);
    expect(looksAt(first).judgement.kind).toBe('noisy');
    expect(looksAt(first, last).judgement.kind).toBe('faster');
  });
});
