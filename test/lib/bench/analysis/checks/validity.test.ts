import { calibrationCheck } from '../../../../../lib/bench/analysis/checks/calibration.ts';
import { validityOf } from '../../../../../lib/bench/analysis/checks/validity.ts';
import type { CheckResult } from '../../../../../lib/bench/analysis/checks/check.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import { validText } from '../../../../../lib/bench/report/sections/head.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import {
  closed,
  failedMeasurement,
  recordedRun,
  recordedTargets,
  withMeasurements,
} from '../../../../support/recorded-run.ts';

const [torchserve, tfserving] = recordedTargets();

const run = recordedRun({
  targets: [torchserve, tfserving],
  levels: [closed(1), closed(4)],
  scenarios: ['warm'],
  repeats: 2,
});

type Change = (measurement: CompletedMeasurement) => ResultRecord | undefined;

/** The run with changed or removed measurements. */
const changed = (change: Change): RunData =>
  withMeasurements(run, (measurement) => change(measurement) ?? []);

const validity = (data: RunData) => summarise(data).validity;

const of = (serving: string, engine: string) => (measurement: CompletedMeasurement) =>
  measurement.measurement.target.serving === serving && measurement.measurement.engine === engine;

const withLoad = (
  record: CompletedMeasurement,
  load: Partial<LoadResult>,
): CompletedMeasurement => ({
  ...record,
  load: { ...record.load, ...load },
});

const busy = (record: CompletedMeasurement): CompletedMeasurement => ({
  ...record,
  middleware: { ...record.middleware, busiestCpuShare: 0.9 },
});

const isOfOneUser = ({ measurement }: CompletedMeasurement): boolean =>
  measurement.level.loop === 'closed' && measurement.level.virtualUsers === 1;

const failing = ({ measurement }: CompletedMeasurement): ResultRecord =>
  failedMeasurement(measurement);

const wrongCheck = (record: ResultRecord): ResultRecord =>
  record.kind === 'answer-check' &&
  record.engine === 'onnx' &&
  record.target.serving === 'torchserve'
    ? { ...record, state: 'failed', reason: 'cat.jpg is no dog.' }
    : record;

const answersWrongly = (...servings: readonly string[]): RunData =>
  changed((measurement) =>
    servings.some((serving) => of(serving, 'onnx')(measurement))
      ? withLoad(measurement, { failures: { 'wrong-answer': 1 } })
      : measurement,
  );

const [firstId] = run.plan.measurements.map(({ id }) => id);
const isFirst = ({ measurement }: CompletedMeasurement): boolean => measurement.id === firstId;
const cutOff = changed((measurement) => (isFirst(measurement) ? undefined : measurement));
const wrongTarget = changed((measurement) =>
  of('torchserve', 'onnx')(measurement)
    ? { ...failing(measurement), code: 'BENCH_WRONG_ANSWER' }
    : measurement,
);

/** Runs with one problem, and the only reason. */
const INVALID: readonly (readonly [what: string, data: RunData, reason: RegExp])[] = [
  [
    'a target gave no correct answer at any level',
    changed((measurement) =>
      of('torchserve', 'onnx')(measurement)
        ? withLoad(measurement, { succeeded: 0, requestRatePerSecond: 0 })
        : measurement,
    ),
    /^TorchServe \(image, simulated\) gave no correct answer/,
  ],
  [
    'a target answered wrongly under load',
    answersWrongly('torchserve'),
    /^Wrong answers under load: TorchServe \(image, simulated\)\. Its speed/,
  ],
  [
    'several targets answered wrongly under load',
    answersWrongly('torchserve', 'tfserving'),
    /: TorchServe \(image, simulated\), TensorFlow Serving \(JSON, simulated\)\. Their speed/,
  ],
  [
    'a target failed its answer check, which is the only reason that names it',
    { ...wrongTarget, records: wrongTarget.records.map(wrongCheck) },
    /^TorchServe \(image, simulated\) gave wrong answers and was not measured: cat\.jpg is no dog\.$/,
  ],
  [
    'requests failed with the no-op backend',
    changed((measurement) =>
      of('torchserve', 'noop')(measurement) && isOfOneUser(measurement)
        ? withLoad(measurement, { failed: 1, failures: { reset: 1 } })
        : measurement,
    ),
    /^Requests failed in 1 result of the no-op backend/,
  ],
  [
    'a measurement failed',
    changed((measurement) => (isFirst(measurement) ? failing(measurement) : measurement)),
    /^1 measurement failed/,
  ],
  [
    'it was cut off on this machine',
    { ...cutOff, folder: 'results/mine', plan: { ...cutOff.plan, where: 'local' } },
    /15 of 16 measurements .* "npx serving-compare run --resume results\/mine"/,
  ],
  [
    'it was cut off on AWS',
    { ...cutOff, plan: { ...cutOff.plan, where: 'aws' } },
    /"npx serving-compare run --on aws --resume RUN"/,
  ],
  [
    'all rows of a target fail a check; the label is the same as in other outputs',
    {
      ...changed((measurement) =>
        of('torchserve', 'onnx')(measurement) ? busy(measurement) : measurement,
      ),
      plan: {
        ...run.plan,
        served: { torchserve: { platform: 'of our own', engine: 'onnx', real: false } },
      },
    },
    /^TorchServe \(image, stand-in\): none of its 2 results/,
  ],
];

describe('A run is valid', () => {
  it('if everything was measured, even if requests to a serving failed', () => {
    expect(summarise(run).rows.some(({ failed = 0 }) => failed > 0)).toBe(true);
    expect(validity(run)).toEqual({ valid: true, reasons: [] });
  });

  it('if checks fail only in some rows of every target, which are greyed', () => {
    const summary = summarise(
      changed((measurement) => (isOfOneUser(measurement) ? busy(measurement) : measurement)),
    );

    expect(
      summary.rows.filter(({ checks }) => checks?.some(({ state }) => state === 'failed')),
    ).toHaveLength(2);
    expect(summary.validity).toEqual({ valid: true, reasons: [] });
    expect(summary.usableRows).toEqual({ measured: 4, usable: 2 });
    expect(validText(summary)).toBe('VALID, 2 of 4 results usable');
    expect(validText(summarise(run))).toBe('VALID');
  });
});

describe('A run is invalid', () => {
  it.each(INVALID)('if %s', (_, data, reason) => {
    expect(validity(data)).toMatchObject({
      valid: false,
      reasons: [expect.stringMatching(reason)],
    });
  });

  it('if no target has a usable row; one reason names all of them, with the advice of each check', () => {
    const data = changed((measurement) =>
      measurement.measurement.engine === 'noop' ? measurement : busy(measurement),
    );
    const [reason = '', ...furtherReasons] = validity(data)?.reasons ?? [];

    expect(furtherReasons).toEqual([]);
    expect(reason).toMatch(
      /^TorchServe .*, TensorFlow Serving .*: none of their 4 results passes the checks \(failed: Middleware CPU 4\)\. [A-Z]/,
    );
    expect(new Set(reason.split('. ')).size).toBe(reason.split('. ').length);
  });

  it('and names the command that repeats failed measurements', () => {
    const failed = changed((measurement) =>
      isFirst(measurement) ? failing(measurement) : measurement,
    );

    expect(validity({ ...failed, folder: 'results/mine' })?.resume).toBe(
      'npx serving-compare run --resume results/mine',
    );
    expect(validity(cutOff)?.resume).toBeUndefined();
  });

  it('while it is going on, only if something is already wrong', () => {
    const unfinished = { ...run, records: run.records.slice(0, -1) };
    const broken = changed((measurement) =>
      isOfOneUser(measurement) ? undefined : busy(measurement),
    );

    expect(validity({ ...unfinished, isGoingOn: true })).toBeUndefined();
    expect(validity({ ...broken, isGoingOn: true })?.reasons).toEqual([
      expect.stringMatching(/: none of their 2 results passes the checks/),
    ]);
  });

  it('if the calibration failed; this is the first reason, and appears once', () => {
    const calibration: CheckResult = {
      ...calibrationCheck([]),
      state: 'failed',
      finding: 'It was wrong.',
      advice: 'Look.',
    };
    const { rows, ...summary } = summarise(
      changed((measurement) => (isOfOneUser(measurement) ? failing(measurement) : measurement)),
    );
    const checkedRows = rows.map((row) => ({ ...row, checks: [calibration] }));

    expect(validityOf({ ...summary, rows: checkedRows }, { calibration }).reasons).toEqual([
      'It was wrong. Look.',
      '8 measurements failed: see Failures.',
    ]);
  });
});
