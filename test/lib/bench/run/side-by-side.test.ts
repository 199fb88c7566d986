import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import type { Measurement } from '../../../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement, ResultRecord } from '../../../../lib/bench/model/record.ts';
import { schedulesOf } from '../../../../lib/bench/analysis/records.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { main } from '../../../../lib/bench/cli.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { callBench, recordingConsole, words } from '../../../support/bench-cli.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tinyClassifier } from '../../../serving-configs/models/onnx/tiny-classifier.ts';

// ResNet-50 takes every server seconds to load.
const model = join(newFolder(), 'small.onnx');
writeFileSync(model, encodeOnnx(tinyClassifier));

const measuredIn = (records: readonly ResultRecord[]): readonly CompletedMeasurement[] =>
  records.flatMap((record) =>
    record.kind === 'measurement' && record.state === 'completed' ? [record] : [],
  );

const servingOf = ({ measurement }: { readonly measurement: Measurement }): string =>
  measurement.target.serving;

describe('Servers side by side', () => {
  const folder = join(newFolder(), 'run');
  let records: readonly ResultRecord[];

  beforeAll(async () => {
    await callBench(
      `run --model ${model} --servings tfserving,triton_pytorch --levels 1 --duration 0.3s --warmup 0
      --noop-limits none --processes 1 --repeats 2 --output ${folder}`,
    );
    ({ records } = await readRunFolder(folder));
  });

  it('start once in each repeat, before its first window, and take turns in mirrored order', () => {
    const measured = measuredIn(records);
    const [first, second] = measured.slice(0, 2).map(servingOf);

    expect(measured).toHaveLength(8);
    expect(measured.map(({ measurement: { repeat, block } }) => [repeat, block])).toEqual([
      ...[1, 1, 2, 2].map((block) => [1, block]),
      ...[1, 1, 2, 2].map((block) => [2, block]),
    ]);
    expect(measured.slice(0, 4).map(servingOf)).toEqual([first, second, second, first]);
    expect(
      measured.map(({ start, measurement }) => (start === undefined ? 0 : measurement.repeat)),
    ).toEqual([1, 1, 0, 0, 2, 2, 0, 0]);
  });

  it('are idle while another is measured, so that windows do not overlap', () => {
    const measured = measuredIn(records);
    const overlaps = measured.filter((record, index) => {
      const next = measured[index + 1];
      const endMs = Date.parse(record.load.startedAt) + record.load.durationSeconds * 1000;
      return next !== undefined && Date.parse(next.load.startedAt) < endMs;
    });

    expect(overlaps).toEqual([]);
  });

  it('are in the records of the run, with the windows', () => {
    expect(records.find(({ kind }) => kind === 'pilot')).toMatchObject({
      order: 'side-by-side',
      windows: [{ level: { loop: 'closed', virtualUsers: 1 }, seconds: 0.3 }],
    });
  });
});

describe('A run that ends when it has an answer', () => {
  describe('while nobody stops it', () => {
    const folder = join(newFolder(), 'run');
    const { console, written } = recordingConsole();
    const write = (text: string): void => void (written.stderr += text);

    beforeAll(async () => {
      // One server answers in 20 ms, one at a time, and the other cannot be told from it.
      await main(
        words(
          `run --model ${model} --servings tfserving,triton_pytorch --levels 1 --delay 20ms --duration 0.3s --warmup 0
          --noop-limits none --processes 1 --max-time 30s --json --output ${folder}`,
        ),
        { ...console, errTerminal: { write, width: () => 200 } },
      );
    });

    it('never has more time left than until its limit, not even before its first window', () => {
      const [first = '', ...others] = written.stderr.match(/[^\n\r]* left ·[^\n\r]*/g) ?? [];

      expect(first).toContain('starting the serving');
      for (const line of [first, ...others]) {
        // Hours and minutes stand before seconds.
        expect(Number(/\] (\d+) s left/.exec(line)?.[1])).toBeLessThanOrEqual(30);
      }
    });

    it('plans its repeats after the first one, ends at a look, and says why', async () => {
      const { records, plan, stopped } = await readRunFolder(folder);
      const schedule = records.find(({ kind }) => kind === 'schedule');

      expect(schedule).toMatchObject({ kind: 'schedule', repeats: stopped?.planned });
      expect(stopped?.repeats).toBeGreaterThanOrEqual(1);
      expect(['decided', 'close', 'time-up', 'all-measured']).toContain(stopped?.why);
      expect(plan.options.repeats).toBe(stopped?.repeats);
      expect(measuredIn(records)).toHaveLength(4 * (stopped?.repeats ?? 0));
      const { summary } = JSON.parse(written.stdout) as {
        readonly summary: { readonly stopped: unknown };
      };
      expect(summary.stopped).toEqual(stopped);

      const again = await callBench(`run --resume ${folder} --max-time 15s --json`);
      const resumed = await readRunFolder(folder);
      expect(again.stderr).not.toContain('error:');
      expect(resumed.stopped?.repeats).toBeGreaterThanOrEqual(stopped?.repeats ?? 0);
    });
  });

  it('measures one repeat if no more fit into the time that the user gave, says before that this is too short, and measures on with the command of its answer', async () => {
    const folder = join(newFolder(), 'run');
    // Servers that wait instead of computing leave the cores to other tests.
    const { stdout, stderr } = await callBench(
      `run --model ${model} --servings tfserving,triton_pytorch --levels 1 --delay 20ms --duration 1200ms
      --warmup 0 --noop-limits none --processes 1 --max-time 10s --json --output ${folder}`,
    );
    const { summary } = JSON.parse(stdout) as { readonly summary: Summary };
    const [step] = summary.nextSteps;

    expect(summary.stopped).toEqual({ why: 'time-up', repeats: 1, planned: 4 });
    // On a busy machine, its calibration may be off, and then it has no answer at all.
    const isValid = summary.validity?.valid === true;
    expect(summary.noRanking).toEqual(
      isValid ? { code: 'time-up', repeats: 1, needed: 4 } : undefined,
    );
    expect(summary.notices.map(({ code }) => code)).not.toContain('time-up');
    const shortAt = stderr.indexOf('--max-time 10s is too short');
    expect(shortAt).toBeGreaterThanOrEqual(0);
    expect(shortAt).toBeLessThan(stderr.indexOf('calibrating'));
    expect(step?.code === 'more-repeats').toBe(isValid);
    expect(step?.command).toMatch(/^npx serving-compare run --resume \S+ --max-time \dm$/);

    const resumed = await callBench(`run --resume ${folder} --max-time 30s --json`);
    const { records } = await readRunFolder(folder);
    const again = JSON.parse(resumed.stdout) as { readonly summary: Summary };
    // Nothing was looked at yet, so the new schedule replaces the first.
    expect(schedulesOf(records)).toHaveLength(1);
    expect(schedulesOf(records)[0]?.repeats).toBeGreaterThan(1);
    expect(again.summary.stopped?.repeats).toBeGreaterThan(1);
  });

  it('measures on for its whole new time if it is resumed because its targets were close', async () => {
    const folder = join(newFolder(), 'run');
    await callBench(
      `run --model ${model} --servings tfserving,triton_pytorch --levels 1 --delay 20ms --duration 0.2s --warmup 0
      --noop-limits none --processes 1 --max-time 10s --output ${folder}`,
    );
    const { stopped: { repeats = 0 } = {} } = await readRunFolder(folder);
    const results = join(folder, 'results.jsonl');
    const lines = readFileSync(results, 'utf8').trim().split('\n');
    // As if its targets had been close after all repeats of its schedule.
    const closeAtEnd = lines.map((line) => {
      const record = JSON.parse(line) as ResultRecord;
      if (record.kind === 'schedule') return JSON.stringify({ ...record, repeats });
      return JSON.stringify(record.kind === 'stopped' ? { ...record, why: 'close' } : record);
    });
    writeFileSync(results, `${closeAtEnd.join('\n')}\n`);
    await callBench(`run --resume ${folder} --max-time 40s`);
    const { records } = await readRunFolder(folder);

    expect(schedulesOf(records)[0]).toEqual({ repeats, endedAfter: repeats });
    expect(schedulesOf(records)[1]?.repeats).toBeGreaterThan(repeats + 1);
  });

  it('measures cold servers one at a time, without a pilot', async () => {
    const folder = join(newFolder(), 'run');
    await callBench(
      `run --model ${model} --servings tfserving --scenarios cold --levels 1 --duration 0.3s --warmup 0 --repeats 1
      --noop-limits none --processes 1 --output ${folder}`,
    );
    const { plan, records } = await readRunFolder(folder);

    expect(plan.options).toMatchObject({ order: 'one-at-a-time', ends: 'with-repeats' });
    expect(records.some(({ kind }) => kind === 'pilot')).toBe(false);
  });
});
