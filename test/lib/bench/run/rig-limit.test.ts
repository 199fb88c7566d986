import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupBy } from '../../../../lib/bench/analysis/group-by.ts';
import { failsCheck, isAtLimit } from '../../../../lib/bench/analysis/checks/check.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../lib/bench/model/record.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { callBench } from '../../../support/bench-cli.ts';
import { twoByTwoModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const RIG_CHECKS = ['noop-limit', 'middleware-cpu', 'generator-cpu'];

const isNoop = (record: ResultRecord): record is CompletedMeasurement =>
  record.kind === 'measurement' &&
  record.state === 'completed' &&
  record.measurement.engine === 'noop';

/** A run with a model of 0.2 kB. */
const measured = async () => {
  const folder = newFolder();
  const description = join(folder, 'model.yaml');
  const run = join(folder, 'run');
  writeFileSync(join(folder, 'model.onnx'), twoByTwoModel());
  writeFileSync(
    description,
    'model: { onnx: model.onnx, sizes: { ids: [1, 3], weights: [1, 3] } }\ninputs: { from: random, count: 2 }\n',
  );
  await callBench(
    `run --model ${description} --output ${run} --servings torchserve,triton_onnx --encodings binary
    --repeats 3 --levels 4 --duration 0.3s --warmup 0.2s`,
  );
  return run;
};

describe('A run of a model that is faster than the rig', () => {
  let run: string;

  beforeAll(async () => {
    run = await measured();
  });

  it('is not invalid for it, and the results at the limit are lower bounds', async () => {
    const { rows, validity } = summarise(await readRunFolder(run));
    const served = rows.filter(({ engine }) => engine !== 'noop');
    const failed = served.flatMap(({ checks = [] }) =>
      checks.filter(({ state }) => state === 'failed').map(({ check }) => check),
    );

    expect(failed.filter((check) => RIG_CHECKS.includes(check))).toEqual([]);
    // Other programs may disturb this machine so much that another check fails.
    expect(validity?.valid === true || failed.length > 0).toBe(true);
    for (const row of served) {
      expect(row.noopLimit?.near !== true || isAtLimit(row) || failsCheck(row)).toBe(true);
    }
  });

  /** Makes the no-op limits far too low, and resumes the run for its last measurement. Returns how often each was measured. */
  const resumeDisturbed = async (
    isKept: (line: string) => boolean = () => true,
  ): Promise<readonly number[]> => {
    const file = join(run, 'results.jsonl');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const last = lines.findLastIndex(
      (line) => line.includes('"kind":"measurement"') && !line.includes('"engine":"noop"'),
    );
    const kept = lines.toSpliced(last, 1).filter(isKept);
    const disturbed = kept.map((line) => {
      const record = JSON.parse(line) as ResultRecord;
      if (!isNoop(record)) return line;
      const { durationSeconds, requestRatePerSecond } = record.load;
      const slowed = {
        durationSeconds: durationSeconds * 1e4,
        requestRatePerSecond: requestRatePerSecond / 1e4,
      };
      return JSON.stringify({ ...record, load: { ...record.load, ...slowed } });
    });
    writeFileSync(file, `${disturbed.join('\n')}\n`);
    await callBench(`run --resume ${run}`);

    const written = readFileSync(file, 'utf8').trimEnd().split('\n');
    const limits = written.map((line) => JSON.parse(line) as ResultRecord).filter(isNoop);
    return [...groupBy(limits, ({ measurement }) => measurement.id).values()].map(
      ({ length }) => length,
    );
  };

  it('measures a no-op limit again that a server came near, and the fastest one counts', async () => {
    const seen = new Set<string>();
    // As if nothing had disturbed the machine before.
    const times = await resumeDisturbed((line) => {
      const record = JSON.parse(line) as ResultRecord;
      if (!isNoop(record)) return true;
      const { id } = record.measurement;
      return !seen.has(id) && seen.add(id).has(id);
    });

    const limits = (await readRunFolder(run)).records.filter(isNoop);
    expect(limits).toHaveLength(2);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(2);
    for (const { load } of limits) expect(load.requestRatePerSecond).toBeGreaterThan(1);
  });

  it('measures it three times, however often the run is resumed', async () => {
    await resumeDisturbed();
    const times = await resumeDisturbed();

    expect(times).toEqual([3, 3]);
  });
});
