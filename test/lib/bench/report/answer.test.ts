import { join } from 'node:path';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { Verdict } from '../../../../lib/bench/analysis/verdict-types.ts';
import { rankingOf } from '../../../../lib/bench/analysis/ranking.ts';
import {
  answerText,
  shownRankingOf,
  type ShownRanking,
} from '../../../../lib/bench/report/answer.ts';
import { trustMarks } from '../../../../lib/bench/report/trust-marks.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { recordedRun, recordedTargets } from '../../../support/recorded-run.ts';

let recorded: Summary;

beforeAll(async () => {
  recorded = summarise(
    await readRunFolder(join(import.meta.dirname, '../../../demo/recorded-run')),
  );
});

const rankingIn = (summary: Summary): ShownRanking => {
  const ranking = shownRankingOf(summary);
  if (ranking === undefined) throw new Error('nothing is ranked');
  return ranking;
};

/** The recorded run with other verdicts over all levels. */
const judgedAs = (change: (verdict: Verdict) => Pick<Verdict, 'judgement' | 'ratio'>): Summary => {
  const { headline } = recorded;
  if (headline === undefined) throw new Error('no verdicts');
  const verdicts = headline.verdicts.map((verdict) => ({ ...verdict, ...change(verdict) }));
  const judged = { ...recorded, headline: { ...headline, verdicts } };
  return { ...judged, ranking: rankingOf(judged) };
};

const ratio = (low: number, high: number) => ({
  value: Math.sqrt(low * high),
  interval: { low, high, confidence: 0.99 },
});

const noisy = { judgement: { kind: 'noisy' }, ratio: ratio(0.9, 1.2) } as const;

const findingIn = (summary: Summary): string => answerText(rankingIn(summary));

describe('the finding of a run', () => {
  it('is the fastest target, with its lead over the next one and the slowest', () => {
    expect(findingIn(recorded)).toBe(
      'TorchServe (raw bytes, simulated) is the fastest: 3.1–7.7 % faster than Triton (TensorFlow, binary), 18–23 % faster than TensorFlow Serving (JSON)',
    );
  });

  it('is the slowest target if none is the fastest', () => {
    const summary = judgedAs((verdict) =>
      [verdict.first, verdict.second].some(({ serving }) => serving === 'tfserving')
        ? verdict
        : noisy,
    );

    expect(findingIn(summary)).toMatch(
      /^TensorFlow Serving \(JSON, simulated\) is the slowest: the other 3 are 12–23 % faster$/,
    );
  });

  it('is a pair that is told apart if neither the fastest nor the slowest is known', () => {
    const summary = judgedAs(({ first, second }) =>
      first.serving === 'torchserve' && second.serving === 'tfserving'
        ? { judgement: { kind: 'faster', isBeyondMargin: true }, ratio: ratio(1.1, 1.3) }
        : noisy,
    );

    expect(findingIn(summary)).toBe(
      'TorchServe (raw bytes, simulated) is 10–30 % faster than TensorFlow Serving (JSON), but not shown to be faster than all others',
    );
  });

  it.each([
    [
      { judgement: { kind: 'equal' }, ratio: ratio(0.99, 1.01) },
      'All 4 targets are equal within 3 %',
    ],
    [noisy, 'None of 4 targets is known to be faster than another'],
  ] as const)('says so if all verdicts are %j', (verdict, finding) => {
    expect(findingIn(judgedAs(() => verdict))).toBe(finding);
  });
});

describe('the marks of trust', () => {
  it('have passed if nothing is wrong', () => {
    expect(trustMarks(recorded).map(({ kind }) => kind)).toEqual(Array(4).fill('passed'));
  });

  it('name the checks that results fail', () => {
    const [first, ...otherRows] = recorded.rows;
    if (first === undefined) throw new Error('no row');
    const failing = {
      ...first,
      engine: 'onnx' as const,
      checks: [{ check: 'noop-limit', state: 'failed' }] as const,
    };
    const marks = trustMarks({ ...recorded, rows: [failing, ...otherRows] });

    expect(marks).toContainEqual({
      kind: 'failed',
      text: expect.stringContaining('No-op limit') as unknown,
    });
  });

  it('include a failure if the rig was near its limit', () => {
    const near = summarise(recordedRun({ durationSeconds: 3, noopLimitFactor: 1.2 }));
    const rig = trustMarks(near).find(({ text }) =>
      text.startsWith('load generator and middleware'),
    );

    expect(rig).toMatchObject({
      kind: 'failed',
      text: expect.stringContaining('more than 70 %') as unknown,
    });
  });

  it('count a target with wrong answers under load, although its answer check passed', () => {
    const [target] = recordedTargets();
    const wrongUnderLoad = [{ target, engine: 'onnx', wrongAnswers: 1, notUnderstood: 0 }] as const;

    expect(trustMarks({ ...recorded, wrongUnderLoad })[0]).toEqual({
      kind: 'failed',
      text: 'wrong answers from 1 of 4 targets',
    });
  });

  it('count targets with a wrong answer and requests that failed', () => {
    const [first] = recorded.answerChecks;
    const answerChecks = recorded.answerChecks.map((check) =>
      check.target === first?.target ? { ...check, state: 'failed' as const } : check,
    );
    const rows = recorded.rows.map((row) => ({ ...row, failed: 1 }));
    const marks = trustMarks({ ...recorded, answerChecks, rows });

    expect(marks.slice(0, 2)).toMatchObject([
      { kind: 'failed', text: expect.stringContaining('1 of 4 targets') as string },
      { kind: 'failed' },
    ]);
  });
});
