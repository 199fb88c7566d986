import { calibrationCheck } from '../../../../lib/bench/analysis/checks/calibration.ts';
import { validityOf, trustOf } from '../../../../lib/bench/analysis/validity.ts';
import type { CheckResult } from '../../../../lib/bench/analysis/summary-row.ts';
import type { InvalidReason, Summary } from '../../../../lib/bench/analysis/summary.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { LoadResult } from '../../../../lib/bench/model/load-result.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../lib/bench/model/record.ts';
import type { Engine, Measurement, Target } from '../../../../lib/bench/model/measurement.ts';
import { type RunData, readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import {
  closed,
  failedMeasurement,
  recordedRun,
  recordedTargets,
  withMeasurements,
} from '../../../support/recorded-run.ts';
import { join } from 'node:path';
import { trustMarks } from '../../../../lib/bench/report/sections/head.ts';

const [torchserve, tfserving] = recordedTargets();

const run = recordedRun({
  targets: [torchserve, tfserving],
  levels: [closed(1), closed(4)],
  scenarios: ['warm'],
  repeats: 2,
});

type Which = (measurement: CompletedMeasurement) => boolean;
type Change = (measurement: CompletedMeasurement) => ResultRecord | readonly ResultRecord[];

/** The run with some measurements changed or removed. */
const changed = (which: Which, change: Change): RunData =>
  withMeasurements(run, (measurement) => (which(measurement) ? change(measurement) : measurement));

const validity = (data: RunData) => summarise(data).validity;

const of =
  (engine: Engine, ...servings: readonly string[]): Which =>
  ({ measurement }) =>
    measurement.engine === engine && servings.includes(measurement.target.serving);

const withLoad =
  (load: Partial<LoadResult>): Change =>
  (record) => ({ ...record, load: { ...record.load, ...load } });

const removed: Change = () => [];

/** Many more requests in flight than users. */
const crowded = withLoad({ meanInFlight: 40 });

const isFirstLevel = ({ level }: Measurement): boolean =>
  level.loop === 'closed' && level.virtualUsers === 1;

const isOfOneUser: Which = ({ measurement }) => isFirstLevel(measurement);

const failing = ({ measurement }: CompletedMeasurement): ResultRecord =>
  failedMeasurement(measurement);

const wrongCheck = (record: ResultRecord): ResultRecord =>
  record.kind === 'answer-check' &&
  record.engine === 'onnx' &&
  record.target.serving === 'torchserve'
    ? { ...record, state: 'failed', fault: 'wrong-answer', reason: 'cat.jpg is no dog.' }
    : record;

const wrongAnswers = withLoad({ wrongAnswers: 1, answers: 200 });

/** A target in the words of the reason, whose measurements with the model had so many such answers of so many. */
const with4Of800 = (target: Target) => ({ target, count: 4, answers: 800 });

const [firstId] = run.plan.measurements.map(({ id }) => id);
const isFirst: Which = ({ measurement }) => measurement.id === firstId;
const cutOff = changed(isFirst, removed);
const wrongTarget = changed(of('onnx', 'torchserve'), (measurement) => ({
  ...failing(measurement),
  code: 'BENCH_WRONG_ANSWER',
}));

const silentTarget = changed(
  of('onnx', 'torchserve'),
  withLoad({ succeeded: 0, requestRatePerSecond: 0, failed: 0, failures: {} }),
);

const CUT_OFF = { code: 'cut-off', recorded: 15, planned: 16 } as const;

const FAILED_CHECKS = {
  code: 'failed-checks',
} as const;

/** Runs with one problem, and the only reason. */
const INVALID: readonly (readonly [what: string, data: RunData, reason: InvalidReason])[] = [
  [
    'a target gave no correct answer at any level',
    changed(
      of('onnx', 'torchserve'),
      withLoad({ succeeded: 0, requestRatePerSecond: 0, failed: 3, failures: { 'http-500': 3 } }),
    ),
    { code: 'no-correct-answer', target: torchserve },
  ],
  [
    'no request to a target ended in its windows',
    {
      ...silentTarget,
      records: silentTarget.records.map((record) =>
        record.kind === 'answer-check' && record.target.serving === 'torchserve'
          ? { ...record, fastestMs: 12_300 }
          : record,
      ),
    },
    { code: 'no-request-ended', target: torchserve, windowSeconds: 10, neededSeconds: 123 },
  ],
  [
    'a target answered wrongly under load',
    changed(of('onnx', 'torchserve'), wrongAnswers),
    { code: 'wrong-under-load', fault: 'wrong-answer', targets: [with4Of800(torchserve)] },
  ],
  [
    'one answer of a whole run was wrong',
    changed(isFirst, wrongAnswers),
    {
      code: 'wrong-under-load',
      fault: 'wrong-answer',
      targets: [{ target: torchserve, count: 1, answers: expect.any(Number) as number }],
    },
  ],
  [
    'several targets answered wrongly under load',
    changed(of('onnx', 'torchserve', 'tfserving'), wrongAnswers),
    {
      code: 'wrong-under-load',
      fault: 'wrong-answer',
      targets: [with4Of800(torchserve), with4Of800(tfserving)],
    },
  ],
  [
    'a target gave answers under load that were not understood',
    changed(of('onnx', 'torchserve'), withLoad({ notUnderstood: 1, answers: 200 })),
    { code: 'wrong-under-load', fault: 'not-understood', targets: [with4Of800(torchserve)] },
  ],
  [
    'a target failed its answer check, which is the only reason that names it',
    { ...wrongTarget, records: wrongTarget.records.map(wrongCheck) },
    {
      code: 'answer-check',
      target: torchserve,
      engine: 'onnx',
      fault: 'wrong-answer',
      isMeasured: false,
      why: 'cat.jpg is no dog.',
    },
  ],
  [
    'a target failed an answer check, and passed another',
    { ...run, records: run.records.map(wrongCheck) },
    {
      code: 'answer-check',
      target: torchserve,
      engine: 'onnx',
      fault: 'wrong-answer',
      isMeasured: true,
      why: 'cat.jpg is no dog.',
    },
  ],
  [
    'requests failed with the no-op backend',
    changed(
      (record) => of('noop', 'torchserve')(record) && isOfOneUser(record),
      withLoad({ failed: 1, failures: { reset: 1 } }),
    ),
    { code: 'noop-failures', results: 1 },
  ],
  [
    'a measurement failed',
    changed(isFirst, failing),
    {
      code: 'failed-measurements',
      target: torchserve,
      count: 1,
      message: 'The serving ended.',
    },
  ],
  [
    'measurements failed, mostly for one reason',
    changed(of('onnx', 'tfserving'), ({ measurement }) =>
      failedMeasurement(
        measurement,
        measurement.repeat === 1 && isFirstLevel(measurement)
          ? 'The first request failed.'
          : 'tfserving does not answer\nat all',
      ),
    ),
    {
      code: 'failed-measurements',
      target: tfserving,
      count: 4,
      message: 'tfserving does not answer',
    },
  ],
  ['it was cut off', cutOff, CUT_OFF],
  [
    'all rows of a target fail a check',
    changed(of('onnx', 'torchserve'), crowded),
    {
      ...FAILED_CHECKS,
      targets: [torchserve],
      results: 2,
      checks: [{ check: 'users-busy', results: 2 }],
    },
  ],
];

describe('A run is valid', () => {
  it('if everything was measured, even if requests to a serving failed', () => {
    expect(summarise(run).rows.some(({ failed = 0 }) => failed > 0)).toBe(true);
    expect(validity(run)).toEqual({ valid: true, reasons: [] });
  });

  it('if checks fail only in some rows of every target, which are greyed', () => {
    const summary = summarise(changed(isOfOneUser, crowded));

    expect(
      summary.rows.filter(({ checks }) => checks?.some(({ state }) => state === 'failed')),
    ).toHaveLength(2);
    expect(summary.validity).toEqual({ valid: true, reasons: [] });
    expect(summary.usableRows).toEqual({ measured: 4, usable: 2 });
  });
});

describe('A run is invalid', () => {
  it.each(INVALID)('if %s', (_, data, reason) => {
    expect(validity(data)).toMatchObject({ valid: false, reasons: [reason] });
  });

  it('if no target has a usable row; one reason names all of them, and each check once', () => {
    expect(validity(changed(of('onnx', 'torchserve', 'tfserving'), crowded))?.reasons).toEqual([
      {
        ...FAILED_CHECKS,
        targets: [torchserve, tfserving],
        results: 4,
        checks: [{ check: 'users-busy', results: 4 }],
      },
    ]);
  });

  it('while it is going on, only if something is already wrong', () => {
    const unfinished = { ...run, records: run.records.slice(0, -1) };
    const broken = changed(
      () => true,
      (measurement) => (isOfOneUser(measurement) ? [] : crowded(measurement)),
    );

    expect(validity({ ...unfinished, isGoingOn: true })).toBeUndefined();
    expect(validity({ ...broken, isGoingOn: true })?.reasons).toMatchObject([
      { code: 'failed-checks', results: 2 },
    ]);
  });

  it('if the calibration failed; this is the first reason, and appears once', () => {
    const calibration: CheckResult = { ...calibrationCheck([]), state: 'failed' };
    const { rows, ...summary } = summarise(changed(isOfOneUser, failing));
    const checkedRows = rows.map((row) => ({ ...row, checks: [calibration] }));

    expect(validityOf({ ...summary, rows: checkedRows }, { calibration }).reasons).toEqual([
      { code: 'calibration', result: calibration },
      ...[torchserve, tfserving].map((target) => ({
        code: 'failed-measurements',
        target,
        count: 4,
        message: 'The serving ended.',
      })),
    ]);
  });
});

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
      rig: { atLimit: 0 },
    });
    expect(trustMarks(recorded.trust).map(({ kind }) => kind)).toEqual(Array(4).fill('passed'));
  });

  it('is which checks results fail', () => {
    const [first, ...otherRows] = recorded.rows;
    if (first === undefined) throw new Error('no row');
    const failingRow = {
      ...first,
      engine: 'onnx' as const,
      checks: [{ check: 'noop-limit', state: 'failed' }] as const,
    };

    expect(trustOf({ ...recorded, rows: [failingRow, ...otherRows] }).checks).toMatchObject({
      failing: 1,
      failed: ['noop-limit'],
    });
  });

  it('is not what the rig limits: such a run is valid, and knows a lower bound only', () => {
    const targets = recordedTargets().slice(1);
    const limited = summarise(recordedRun({ scenarios: ['warm'], noopLimitFactor: 1.1, targets }));
    const { noRanking, rows, usableRows } = limited;
    const bestOf = (serving: string): number =>
      Math.max(
        ...rows.flatMap(({ target, engine, requestRatePerSecond }) =>
          engine === 'onnx' && target.serving === serving ? (requestRatePerSecond?.value ?? 0) : [],
        ),
      );
    expect(limited.validity?.valid).toBe(true);
    expect(usableRows.usable).toBe(usableRows.measured);
    expect(noRanking).toEqual({
      code: 'rig-limit',
      load: { scenario: 'warm', level: closed(16) },
      below: [],
      targets: targets.map((target) => ({
        target,
        requestRatePerSecond: bestOf(target.serving),
      })),
      bypass: [],
      isBypassApart: false,
    });
  });

  it('is how many results are at the limit of the rig', () => {
    const { trust, rows } = summarise(recordedRun({ durationSeconds: 3, noopLimitFactor: 1.2 }));

    expect(trust.rig?.atLimit).toBe(rows.filter(({ noopLimit }) => noopLimit?.near).length);
    expect(trust.rig?.atLimit).toBeGreaterThan(0);
    expect(trust.rig?.share).toBeGreaterThan(0.7);
    expect(trustMarks(trust).at(-1)?.kind).toBe('warned');
  });

  it('is which targets gave wrong answers under load, although their answer check passed', () => {
    const [target] = recordedTargets();
    const wrongUnderLoad = [
      { target, engine: 'onnx', wrongAnswers: 1, notUnderstood: 0, answers: 9 },
    ] as const;

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
