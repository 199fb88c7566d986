import { calibrationCheck } from '../../../../../lib/bench/analysis/checks/calibration.ts';
import { validityOf } from '../../../../../lib/bench/analysis/checks/validity.ts';
import type { CheckResult } from '../../../../../lib/bench/analysis/checks/check.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import { validText } from '../../../../../lib/bench/report/sections/head.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { closed, recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';

const [torchserve, tfserving] = recordedTargets();
if (torchserve === undefined || tfserving === undefined) throw new Error('no targets');

const run = recordedRun({
  targets: [torchserve, tfserving],
  levels: [closed(1), closed(4)],
  scenarios: ['warm'],
  repeats: 2,
});

type Change = (measurement: CompletedMeasurement) => ResultRecord | undefined;

/** The run with its completed measurements changed, or left out. */
const changed = (change: Change, { plan, environment, records }: RunData = run): RunData => ({
  plan,
  environment,
  records: records.flatMap((record) =>
    record.kind === 'measurement' && record.state === 'completed'
      ? (change(record) ?? [])
      : [record],
  ),
});

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

const failing = (record: CompletedMeasurement): ResultRecord => ({
  kind: 'measurement',
  state: 'failed',
  measurement: record.measurement,
  startedAt: record.startedAt,
  finishedAt: record.finishedAt,
  code: 'BENCH_SERVING',
  message: 'The serving ended.',
});

const wrongCheck = (record: ResultRecord): ResultRecord =>
  record.kind === 'answer-check' &&
  record.engine === 'onnx' &&
  record.target.serving === 'torchserve'
    ? { ...record, state: 'failed', reason: 'cat.jpg is no dog.' }
    : record;

const wrongUnderLoad = (servings: readonly string[]) =>
  validity(
    changed((measurement) =>
      servings.includes(measurement.measurement.target.serving) &&
      measurement.measurement.engine === 'onnx'
        ? withLoad(measurement, { failures: { 'wrong-answer': 1 } })
        : measurement,
    ),
  );

describe('a run is valid', () => {
  it('where all was measured, also with requests that a serving failed', () => {
    expect(summarise(run).rows.some(({ failed = 0 }) => failed > 0)).toBe(true);
    expect(validity(run)).toEqual({ valid: true, reasons: [] });
  });

  it('where checks fail in some rows of every target, which only greys these', () => {
    const summary = summarise(
      changed((measurement) => (isOfOneUser(measurement) ? busy(measurement) : measurement)),
    );

    expect(
      summary.rows.filter(({ checks }) => checks?.some(({ state }) => state === 'failed')),
    ).toHaveLength(2);
    expect(summary.validity).toEqual({ valid: true, reasons: [] });
    expect(summary.usableRows).toEqual({ measured: 4, usable: 2, warned: 0 });
    expect(validText(summary)).toBe('VALID, 2 of 4 rows usable');
    expect(validText(summarise(run))).toBe('VALID');
  });

  it('where a target gave no correct answer at any load', () => {
    const silent = changed((measurement) =>
      of('torchserve', 'onnx')(measurement)
        ? withLoad(measurement, { succeeded: 0, requestRatePerSecond: 0 })
        : measurement,
    );

    expect(validity(silent)).toEqual({
      valid: false,
      reasons: ['TorchServe gave no correct answer at any load: see its failures.'],
    });
  });

  it('where a target answered wrongly under load', () => {
    expect(wrongUnderLoad(['torchserve'])).toEqual({
      valid: false,
      reasons: ['Wrong answers under load: TorchServe. Its speed does not count.'],
    });
    expect(wrongUnderLoad(['torchserve', 'tfserving'])?.reasons).toEqual([
      'Wrong answers under load: TorchServe, TensorFlow Serving. Their speed does not count.',
    ]);
  });

  it('where a target failed its answer check, and its measurements are not called missing', () => {
    const unmeasured = changed((measurement) =>
      of('torchserve', 'onnx')(measurement) ? undefined : measurement,
    );

    expect(validity({ ...unmeasured, records: unmeasured.records.map(wrongCheck) })).toEqual({
      valid: false,
      reasons: ['TorchServe gave wrong answers and was not measured: cat.jpg is no dog.'],
    });
  });

  it('where requests failed with the no-op backend, which never does', () => {
    const losing = changed((measurement) =>
      of('torchserve', 'noop')(measurement) && isOfOneUser(measurement)
        ? withLoad(measurement, { failed: 1, failures: { reset: 1 } })
        : measurement,
    );

    expect(validity(losing)).toEqual({
      valid: false,
      reasons: [
        'Requests failed in 1 row of the no-op backend, which never fails: the rig loses them. See Failures.',
      ],
    });
  });

  it('where a measurement failed and gave no figures', () => {
    const one = run.plan.measurements[0]?.id;

    expect(
      validity(
        changed((measurement) =>
          measurement.measurement.id === one ? failing(measurement) : measurement,
        ),
      ),
    ).toEqual({
      valid: false,
      reasons: ['1 measurement failed and gave no figures: see Failures.'],
    });
  });

  it('is not told of a run that goes on, unless something is wrong already', () => {
    const begun = { ...run, records: run.records.slice(0, -1) };
    const broken = changed((measurement) =>
      isOfOneUser(measurement) ? undefined : busy(measurement),
    );

    expect(validity({ ...begun, isGoingOn: true })).toBeUndefined();
    expect(validity({ ...broken, isGoingOn: true })?.reasons).toEqual([
      expect.stringMatching(/: its only row fails the checks/),
      expect.stringMatching(/: its only row fails the checks/),
    ]);
  });

  it.each([
    ['local', 'npx serving-compare run --resume results/mine'],
    ['aws', 'npx serving-compare run --on aws --resume RUN'],
  ] as const)('where it was cut off, with how to go on (%s)', (where, command) => {
    const one = run.plan.measurements[0]?.id;
    const cut = changed((measurement) =>
      measurement.measurement.id === one ? undefined : measurement,
    );

    expect(validity({ ...cut, folder: 'results/mine', plan: { ...cut.plan, where } })).toEqual({
      valid: false,
      reasons: [
        `The run was cut off: 15 of 16 measurements were recorded; go on with "${command}".`,
      ],
    });
  });

  it('where a target has figures and nothing says that its answers were right', () => {
    const records = run.records.filter(
      (record) => record.kind !== 'answer-check' || record.target.serving !== 'torchserve',
    );

    expect(validity({ ...run, records })).toEqual({
      valid: false,
      reasons: [
        'Nothing says that the answers were right: TorchServe, TorchServe with the no-op backend have figures and no check of answers, which a run makes before them. Take results.jsonl as the run wrote it, or measure again.',
      ],
    });
  });

  it('where the measurement of a known latency is missing', () => {
    const records = run.records.filter(({ kind }) => kind !== 'calibration');
    const { valid, reasons } = validity({ ...run, records })!;

    expect(valid).toBe(false);
    expect(reasons[0]).toContain('a line of the results is missing. Take results.jsonl');
  });

  it('where the calibration failed, once and before all else', () => {
    const calibration: CheckResult = {
      ...calibrationCheck([]),
      state: 'failed',
      finding: 'It was wrong.',
      advice: 'Look.',
    };
    const { rows, ...summary } = summarise(
      changed((measurement) => (isOfOneUser(measurement) ? failing(measurement) : measurement)),
    );
    const asked = rows.map((row) => ({ ...row, checks: [calibration] }));

    expect(validityOf({ ...summary, rows: asked }, { calibration }).reasons).toEqual([
      'It was wrong. Look.',
      '8 measurements failed and gave no figures: see Failures.',
    ]);
  });

  it('and names a stand-in as every other output does', () => {
    const served = {
      torchserve: { platform: 'a stand-in of TorchServe', engine: 'onnx', real: false },
    } as const;
    const near = changed((measurement) =>
      of('torchserve', 'onnx')(measurement) ? busy(measurement) : measurement,
    );

    expect(validity({ ...near, plan: { ...near.plan, served } })?.reasons).toEqual([
      expect.stringMatching(/^TorchServe \(stand-in\): none of its 2 rows/),
    ]);
  });
});
