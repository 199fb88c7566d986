import { oracleGate } from '../../../../../lib/bench/analysis/gates/oracle.ts';
import { validityOf } from '../../../../../lib/bench/analysis/gates/validity.ts';
import type { GateResult } from '../../../../../lib/bench/analysis/gates/gate.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import { validityBanner } from '../../../../../lib/bench/report/html/validity-banner.ts';
import { renderTable } from '../../../../../lib/bench/report/terminal-table.ts';
import { validityText } from '../../../../../lib/bench/report/validity-lines.ts';
import type { CompletedCell, ResultRecord } from '../../../../../lib/bench/model/record.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { closed, recordedPaths, recordedRun } from '../../../../support/recorded-run.ts';

const [torchserve, tfserving] = recordedPaths();
if (torchserve === undefined || tfserving === undefined) throw new Error('no paths');

const run = recordedRun({
  paths: [torchserve, tfserving],
  levels: [closed(1), closed(4)],
  scenarios: ['warm'],
  repeats: 2,
});

type Change = (cell: CompletedCell) => ResultRecord | undefined;

/** The run with its completed cells changed, or left out. */
const changed = (change: Change, { plan, environment, records }: RunData = run): RunData => ({
  plan,
  environment,
  records: records.flatMap((record) =>
    record.kind === 'cell' && record.state === 'completed' ? (change(record) ?? []) : [record],
  ),
});

const validity = (data: RunData) => summarise(data).validity;

const of = (serving: string, engine: string) => (cell: CompletedCell) =>
  cell.cell.path.serving === serving && cell.cell.engine === engine;

const withLoad = (record: CompletedCell, load: Partial<LoadResult>): CompletedCell => ({
  ...record,
  load: { ...record.load, ...load },
});

const busy = (record: CompletedCell): CompletedCell => ({
  ...record,
  middleware: { ...record.middleware, busiestCpuShare: 0.9 },
});

const isOfOneUser = ({ cell }: CompletedCell): boolean =>
  cell.level.loop === 'closed' && cell.level.virtualUsers === 1;

const failing = (record: CompletedCell): ResultRecord => ({
  kind: 'cell',
  state: 'failed',
  cell: record.cell,
  startedAt: record.startedAt,
  finishedAt: record.finishedAt,
  code: 'BENCH_SERVING',
  message: 'The serving ended.',
});

const wrongCheck = (record: ResultRecord): ResultRecord =>
  record.kind === 'check' && record.engine === 'onnx' && record.path.serving === 'torchserve'
    ? { ...record, state: 'failed', reason: 'cat.jpg is no dog.' }
    : record;

const wrongUnderLoad = (servings: readonly string[]) =>
  validity(
    changed((cell) =>
      servings.includes(cell.cell.path.serving) && cell.cell.engine === 'onnx'
        ? withLoad(cell, { failures: { 'wrong-answer': 1 } })
        : cell,
    ),
  );

describe('a run is valid', () => {
  it('where all was measured, also with requests that a serving failed', () => {
    expect(summarise(run).rows.some(({ failed = 0 }) => failed > 0)).toBe(true);
    expect(validity(run)).toEqual({ valid: true, reasons: [] });
  });

  it('where gates fail in some rows of every path, which only greys these', () => {
    const summary = summarise(changed((cell) => (isOfOneUser(cell) ? busy(cell) : cell)));

    expect(
      summary.rows.filter(({ gates }) => gates?.some(({ state }) => state === 'failed')),
    ).toHaveLength(2);
    expect(summary.validity).toEqual({ valid: true, reasons: [] });
    expect(summary.usableRows).toEqual({ measured: 4, usable: 2, warned: 0 });
    expect(validityText(summary)).toBe('VALID, 2 of 4 rows usable');
    expect(validityText(summarise(run))).toBe('VALID');
    expect(renderTable(summary, { color: false, width: 100 })).toContain(
      '\nVALID, 2 of 4 rows usable\n',
    );
    expect(validityBanner(summary)?.text).toContain('VALID, 2 of 4 rows usable');
  });

  it('where a path gave no right answer at any load', () => {
    const silent = changed((cell) =>
      of('torchserve', 'onnx')(cell)
        ? withLoad(cell, { succeeded: 0, requestRatePerSecond: 0 })
        : cell,
    );

    expect(validity(silent)).toEqual({
      valid: false,
      reasons: ['TorchServe gave no right answer at any load: see its failures.'],
    });
  });

  it('where a path answered wrongly under load', () => {
    expect(wrongUnderLoad(['torchserve'])).toEqual({
      valid: false,
      reasons: ['Wrong answers under load: TorchServe. Its speed does not count.'],
    });
    expect(wrongUnderLoad(['torchserve', 'tfserving'])?.reasons).toEqual([
      'Wrong answers under load: TorchServe, TensorFlow Serving. Their speed does not count.',
    ]);
  });

  it('where a path failed its answer check, and its cells are not called missing', () => {
    const unmeasured = changed((cell) => (of('torchserve', 'onnx')(cell) ? undefined : cell));

    expect(validity({ ...unmeasured, records: unmeasured.records.map(wrongCheck) })).toEqual({
      valid: false,
      reasons: ['TorchServe gave wrong answers and was not measured: cat.jpg is no dog.'],
    });
  });

  it('where requests failed with the null engine, which never does', () => {
    const losing = changed((cell) =>
      of('torchserve', 'null')(cell) && isOfOneUser(cell)
        ? withLoad(cell, { failed: 1, failures: { reset: 1 } })
        : cell,
    );

    expect(validity(losing)).toEqual({
      valid: false,
      reasons: [
        'Requests failed in 1 row of the null engine, which never fails: the apparatus loses them. See Failures.',
      ],
    });
  });

  it('where a cell failed and gave no figures', () => {
    const one = run.plan.cells[0]?.id;

    expect(validity(changed((cell) => (cell.cell.id === one ? failing(cell) : cell)))).toEqual({
      valid: false,
      reasons: ['1 cell failed and gave no figures: see Failures.'],
    });
  });

  it('is not told of a run that goes on, unless something is wrong already', () => {
    const begun = { ...run, records: run.records.slice(0, -1) };
    const broken = changed((cell) => (isOfOneUser(cell) ? undefined : busy(cell)));

    expect(validity({ ...begun, isGoingOn: true })).toBeUndefined();
    expect(validity({ ...broken, isGoingOn: true })?.reasons).toEqual([
      expect.stringMatching(/: its only row fails the gates/),
      expect.stringMatching(/: its only row fails the gates/),
    ]);
  });

  it.each([
    ['local', 'npx serving-compare run --resume DIR'],
    ['aws', 'npx serving-compare run --on aws --resume RUN'],
  ] as const)('where it was cut off, with how to go on (%s)', (where, command) => {
    const one = run.plan.cells[0]?.id;
    const cut = changed((cell) => (cell.cell.id === one ? undefined : cell));

    expect(validity({ ...cut, plan: { ...cut.plan, where } })).toEqual({
      valid: false,
      reasons: [`The run was cut off: 15 of 16 cells were recorded; go on with "${command}".`],
    });
  });

  it('where a path has figures and nothing says that its answers were right', () => {
    const records = run.records.filter(
      (record) => record.kind !== 'check' || record.path.serving !== 'torchserve',
    );

    expect(validity({ ...run, records })).toEqual({
      valid: false,
      reasons: [
        'Nothing says that the answers were right: TorchServe, TorchServe with the null engine have figures and no check of answers, which a run makes before them. Take results.jsonl as the run wrote it, or measure anew.',
      ],
    });
  });

  it('where the measurement of a known latency is missing', () => {
    const records = run.records.filter(({ kind }) => kind !== 'oracle');
    const { valid, reasons } = validity({ ...run, records })!;

    expect(valid).toBe(false);
    expect(reasons[0]).toContain('a line of the results is missing. Take results.jsonl');
  });

  it('where the oracle failed, once and before all else', () => {
    const oracle: GateResult = {
      ...oracleGate([]),
      state: 'failed',
      finding: 'It was wrong.',
      advice: 'Look.',
    };
    const { rows, ...summary } = summarise(
      changed((cell) => (isOfOneUser(cell) ? failing(cell) : cell)),
    );
    const asked = rows.map((row) => ({ ...row, gates: [oracle] }));

    expect(validityOf({ ...summary, rows: asked }, { oracle }).reasons).toEqual([
      'It was wrong. Look.',
      '8 cells failed and gave no figures: see Failures.',
    ]);
  });

  it('and names a peer as every other output does', () => {
    const served = {
      torchserve: { platform: 'a peer of TorchServe', engine: 'onnx', real: false },
    } as const;
    const near = changed((cell) => (of('torchserve', 'onnx')(cell) ? busy(cell) : cell));

    expect(validity({ ...near, plan: { ...near.plan, served } })?.reasons).toEqual([
      expect.stringMatching(/^TorchServe \(peer\): none of its 2 rows/),
    ]);
  });
});
