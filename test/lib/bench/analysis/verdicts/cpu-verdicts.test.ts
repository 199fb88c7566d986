import { closed, recordedRun, recordedTargets } from '../../../../support/recorded-run.ts';
import { measuredRow } from '../../../../support/measured-rows.ts';
import type { MeasuredRow } from '../../../../../lib/bench/analysis/records.ts';
import type { CpuVerdict } from '../../../../../lib/bench/analysis/verdict-types.ts';
import { cpuVerdictsOf } from '../../../../../lib/bench/analysis/verdicts/verdict-families.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import { SINGLE_LOOK } from '../../../../../lib/bench/stats/looks.ts';

const [, jsonTarget, binaryTarget] = recordedTargets();
const ANSWERS = 1000;
const { options } = recordedRun({ repeats: 1 }).plan;

/** A row whose server needs so many milliseconds of CPU time for each of 1,000 answers in each repeat. */
const rowOf = (
  target: Target,
  cpuMs: readonly number[],
  {
    users = 4,
    row = {},
    measurement = {},
  }: {
    readonly users?: number;
    readonly row?: Partial<MeasuredRow['row']>;
    readonly measurement?: Partial<CompletedMeasurement>;
  } = {},
): MeasuredRow => {
  const measured = measuredRow(
    target,
    closed(users),
    cpuMs.map(() => 50),
    { row, measurement },
  );
  return {
    ...measured,
    repeats: measured.repeats.map((record, at) => ({
      ...record,
      servingUse: { cpuMs: (cpuMs[at] ?? 0) * ANSWERS, answers: ANSWERS },
    })),
  };
};

const low = [40, 40.4, 39.8, 40.2];
const high = [48, 48.2, 47.9, 48.3];
const binary = rowOf(binaryTarget, low);

const verdictOf = (
  measuredRows: readonly MeasuredRow[],
  plan: Partial<Parameters<typeof cpuVerdictsOf>[0]> = {},
): CpuVerdict => {
  const cpu = cpuVerdictsOf({ options, ...plan }, { answerChecks: [] }, measuredRows, [
    SINGLE_LOOK,
  ]);
  const [verdict] = cpu?.verdicts ?? [];
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
};

const few = (target: Target, cpuMs: number): MeasuredRow => {
  const row = rowOf(target, [1, 1, 1, 1]);
  const repeats = row.repeats.map((record) => ({
    ...record,
    servingUse: { cpuMs, answers: 1 },
  }));
  return { ...row, repeats };
};

describe('The verdict on CPU time per request', () => {
  it('is the ratio of what the servers need, first ÷ second, with an error of its own of 2 %', () => {
    const verdict = verdictOf([rowOf(jsonTarget, high), binary]);

    expect(verdict.judgement).toEqual({ kind: 'more', isBeyondMargin: true });
    expect(verdict.ratio?.value).toBeCloseTo(1.2, 2);
    expect(verdict.ratio?.interval?.confidence).toBeCloseTo(0.98, 10);
    expect(verdictOf([binary, rowOf(jsonTarget, high)]).judgement.kind).toBe('less');
  });

  it('stands although the rate is at the limit of the rig', () => {
    const checks = [{ check: 'noop-limit', state: 'failed' }] as const;

    expect(verdictOf([rowOf(jsonTarget, high, { row: { checks } }), binary]).judgement.kind).toBe(
      'more',
    );
  });

  it('is as unsure as CPU time that is read in steps of 10 ms', () => {
    expect(verdictOf([few(jsonTarget, 50), few(binaryTarget, 40)]).judgement.kind).toBe('noisy');
  });

  it.each([
    ['is not known', [rowOf(jsonTarget, []), binary], {}, { code: 'no-figures' }],
    [
      'is not reported',
      [measuredRow(jsonTarget, closed(4), [50, 50, 50]), binary],
      {},
      { code: 'no-cpu-time', target: jsonTarget },
    ],
    [
      'says nothing, because the server only waits',
      [rowOf(jsonTarget, high), binary],
      { options: { ...options, engine: 'delay' } },
      { code: 'waits' },
    ],
    [
      'is that of a server that computes on a GPU',
      [rowOf(jsonTarget, high), binary],
      { served: { [jsonTarget.serving]: { accelerator: 'gpu', platform: '', real: true } } },
      { code: 'accelerator', target: jsonTarget },
    ],
    [
      'is that of a server that was already running',
      [rowOf(jsonTarget, high), binary],
      { served: { [jsonTarget.serving]: { running: 'http://a', platform: '', real: true } } },
      { code: 'running-server', target: jsonTarget },
    ],
    [
      'includes work while nobody asks',
      [
        rowOf(jsonTarget, high, {
          measurement: { start: { timeToReadyMs: 1, firstRequestMs: 1, idleCpuShare: 0.03 } },
        }),
        binary,
      ],
      {},
      { code: 'busy-idle', share: 0.03 },
    ],
    [
      'falls by more than a fifth with more users, because the server waits by computing',
      [rowOf(jsonTarget, [62, 62, 62, 62], { users: 1 }), rowOf(jsonTarget, high), binary],
      {},
      { code: 'spins', mostMs: expect.closeTo(48.1, 5) as number, fewestMs: 62 },
    ],
    [
      'changes over the run',
      [rowOf(jsonTarget, high, { row: { checks: [{ check: 'drift', state: 'failed' }] } }), binary],
      {},
      { code: 'failed-check' },
    ],
  ] as const)('is withheld if it %s', (_, measuredRows, plan, reason) => {
    expect(verdictOf(measuredRows, plan).judgement).toMatchObject({ kind: 'withheld', reason });
  });
});
