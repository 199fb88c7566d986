import { recordedRun, recordedTargets } from '../../../../support/recorded-run.ts';
import { cpuRow } from '../../../../support/measured-rows.ts';
import type { MeasuredRow } from '../../../../../lib/bench/analysis/records.ts';
import type { Summary, Validity } from '../../../../../lib/bench/analysis/summary.ts';
import type { CpuVerdict } from '../../../../../lib/bench/analysis/verdict-types.ts';
import { cpuWithheldOf } from '../../../../../lib/bench/analysis/verdicts/cpu-reasons.ts';
import {
  cpuFindingOf,
  cpuVerdictsOf,
} from '../../../../../lib/bench/analysis/verdicts/verdict-families.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';
import { SINGLE_LOOK } from '../../../../../lib/bench/stats/looks.ts';

const [imageTarget, jsonTarget, binaryTarget] = recordedTargets();
const { options } = recordedRun({ repeats: 1 }).plan;

const low = [40, 40.4, 39.8, 40.2];
const high = [48, 48.2, 47.9, 48.3];
const binary = cpuRow(binaryTarget, low);

const verdictOf = (measuredRows: readonly MeasuredRow[]): CpuVerdict => {
  const withheld = cpuWithheldOf({ options }, measuredRows);
  const cpu = cpuVerdictsOf(withheld, { answerChecks: [] }, measuredRows, [SINGLE_LOOK]);
  const [verdict] = cpu?.verdicts ?? [];
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
};

const few = (target: Target, cpuMs: number): MeasuredRow => {
  const row = cpuRow(target, [1, 1, 1, 1]);
  const repeats = row.repeats.map((record) => ({
    ...record,
    servingUse: { cpuMs, answers: 1 },
  }));
  return { ...row, repeats };
};

describe('The verdict on CPU time per request', () => {
  it('is the ratio of what the servers need, first ÷ second, with an error of its own of 2 %', () => {
    const verdict = verdictOf([cpuRow(jsonTarget, high), binary]);

    expect(verdict.judgement).toEqual({ kind: 'more', isBeyondMargin: true });
    expect(verdict.ratio?.value).toBeCloseTo(1.2, 2);
    expect(verdict.ratio?.interval?.confidence).toBeCloseTo(0.98, 10);
    expect(verdictOf([binary, cpuRow(jsonTarget, high)]).judgement.kind).toBe('less');
  });

  it('stands although the rate is at the limit of the rig', () => {
    const checks = [{ check: 'noop-limit', state: 'failed' }] as const;

    expect(verdictOf([cpuRow(jsonTarget, high, { row: { checks } }), binary]).judgement.kind).toBe(
      'more',
    );
  });

  it('is as unsure as CPU time that is read in steps of 10 ms', () => {
    expect(verdictOf([few(jsonTarget, 50), few(binaryTarget, 40)]).judgement.kind).toBe('noisy');
  });

  it('is withheld without figures', () => {
    expect(verdictOf([cpuRow(jsonTarget, []), binary]).judgement).toMatchObject({
      kind: 'withheld',
      reason: { code: 'no-figures' },
    });
  });
});

const verdict = (least: number, most: number, judgement: CpuVerdict['judgement']): CpuVerdict => ({
  first: imageTarget,
  second: jsonTarget,
  judgement,
  repeats: 4,
  ratio: { value: Math.sqrt(least * most), interval: { low: least, high: most, confidence: 0.98 } },
});
const findingOf = (verdicts: readonly CpuVerdict[], validity?: Validity) =>
  cpuFindingOf({ cpu: { verdicts, given: verdicts.length, decided: 1 }, validity });
const more = verdict(1.149, 1.3, { kind: 'more', isBeyondMargin: true });
const equal = verdict(0.99, 1.01, { kind: 'equal' });

const open = [verdict(0.8, 1.3, { kind: 'noisy' }), verdict(0.5, 1.2, { kind: 'noisy' }), equal];
const noRanking = {
  code: 'rig-limit',
  load: { scenario: 'warm', level: { loop: 'closed', virtualUsers: 4 } },
  targets: [],
  below: [],
  bypass: [],
  isBypassApart: false,
} as const;
const limited = (verdicts: readonly CpuVerdict[], cpuWithheld?: Summary['cpuWithheld']) =>
  cpuFindingOf({
    cpu: { verdicts, given: verdicts.length, decided: 1 },
    noRanking,
    cpuWithheld,
  });

describe('What the verdicts on CPU time come to', () => {
  it('is the surest difference, from the side of who needs more', () => {
    const less = {
      ...verdict(0.7, 0.9, { kind: 'less', isBeyondMargin: true }),
      second: binaryTarget,
    };

    expect(findingOf([less, more])).toEqual({
      code: 'more',
      more: imageTarget,
      less: jsonTarget,
      timesAtLeast: 1.149,
    });
    expect(findingOf([less])).toMatchObject({ more: binaryTarget, less: imageTarget });
  });

  it('is that all are equal only if every pair is', () => {
    expect(findingOf([equal])).toEqual({ code: 'equal', targets: 2 });
    expect(findingOf([verdict(0.8, 1.3, { kind: 'noisy' }), equal])).toBeUndefined();
  });

  it('is how large the difference may be, where neither rate nor CPU time told targets apart', () => {
    expect(limited(open)).toEqual({ code: 'open', timesAtMost: 2 });
    expect(limited([...open, more])).toMatchObject({ code: 'more' });
  });

  it('is that a server computes while it waits, where the rate has no verdict either', () => {
    const reason = { code: 'spins', fewestMs: 1.25, mostMs: 0.83 } as const;
    const cpuWithheld = [{ target: imageTarget, reason }];
    const withheld: CpuVerdict = {
      ...equal,
      judgement: { kind: 'withheld', reason: { ...reason, target: imageTarget } },
    };

    expect(limited([...open, withheld], cpuWithheld)).toEqual({
      code: 'withheld',
      target: imageTarget,
      reason,
    });
    expect(limited([withheld])).toBeUndefined();
    expect(findingOf([withheld])).toBeUndefined();
  });

  it('is nothing in an invalid run', () => {
    expect(findingOf([more], { valid: false, reasons: [] })).toBeUndefined();
  });
});
