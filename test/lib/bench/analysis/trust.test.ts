import { join } from 'node:path';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { trustOf } from '../../../../lib/bench/analysis/trust.ts';
import { trustMarks } from '../../../../lib/bench/report/trust-marks.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { recordedRun, recordedTargets } from '../../../support/recorded-run.ts';

const NO_FAULTS = { 'wrong-answer': 0, 'not-understood': 0, 'no-answer': 0 };

let recorded: Summary;

beforeAll(async () => {
  recorded = summarise(
    await readRunFolder(join(import.meta.dirname, '../../../demo/recorded-run')),
  );
});

describe('What a reader must know to believe a run', () => {
  it('is that nothing is wrong, in four marks that have passed', () => {
    expect(recorded.trust).toMatchObject({
      answers: { targets: 4, faults: NO_FAULTS },
      failures: { measurements: 0, requests: 0, areFaultsLeftOut: false },
      checks: { failing: 0, failed: [] },
      rig: { state: 'far' },
    });
    expect(trustMarks(recorded.trust).map(({ kind }) => kind)).toEqual(Array(4).fill('passed'));
  });

  it('is which checks results fail', () => {
    const [first, ...otherRows] = recorded.rows;
    if (first === undefined) throw new Error('no row');
    const failing = {
      ...first,
      engine: 'onnx' as const,
      checks: [{ check: 'noop-limit', state: 'failed' }] as const,
    };

    expect(trustOf({ ...recorded, rows: [failing, ...otherRows] }).checks).toMatchObject({
      failing: 1,
      failed: ['noop-limit'],
    });
  });

  it('is whether the rig was near its limit', () => {
    const { trust } = summarise(recordedRun({ durationSeconds: 3, noopLimitFactor: 1.2 }));

    expect(trust.rig?.state).toBe('near');
    expect(trust.rig?.share).toBeGreaterThan(0.7);
    expect(trustMarks(trust).at(-1)?.kind).toBe('failed');
  });

  it('is which targets gave wrong answers under load, although their answer check passed', () => {
    const [target] = recordedTargets();
    const wrongUnderLoad = [{ target, engine: 'onnx', wrongAnswers: 1, notUnderstood: 0 }] as const;

    expect(trustOf({ ...recorded, wrongUnderLoad }).answers).toEqual({
      targets: 4,
      faults: { ...NO_FAULTS, 'wrong-answer': 1 },
    });
  });

  it('is how many targets failed their answer check, and how many requests failed', () => {
    const [first] = recorded.answerChecks;
    const answerChecks = recorded.answerChecks.map((check) =>
      check.target === first?.target ? { ...check, state: 'failed' as const } : check,
    );
    const rows = recorded.rows.map((row) => ({ ...row, failed: 1 }));
    const { answers, failures } = trustOf({ ...recorded, answerChecks, rows });

    expect(answers?.faults).toEqual({ ...NO_FAULTS, 'wrong-answer': 1 });
    expect(failures?.requests).toBe(rows.filter(({ engine }) => engine !== 'noop').length);
  });
});
