import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../../../../lib/bench/model/measurement.ts';
import type { PlanOptions } from '../../../../lib/bench/model/plan-options.ts';
import type { LeftOut } from '../../../../lib/bench/model/plan.ts';
import {
  detectableLines,
  NOTHING_TO_COMPARE,
  type DetectableDifference,
} from '../../../../lib/bench/plan/detectable-difference.ts';
import { durationText } from '../../../../lib/bench/wording/format-number.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { tinyClassifier } from '../../../serving-configs/models/onnx/tiny-classifier.ts';
import { callBench, refusalOf, unwrapped, words } from '../../../support/bench-cli.ts';
import { pythonStandIn } from '../../../support/python-stand-in.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

/** The fields of `plan --json` that the tests read. */
interface PrintedPlan {
  readonly statement: string;
  readonly estimateSeconds: number;
  readonly options: PlanOptions;
  readonly detectable: DetectableDifference;
  readonly measurements: readonly Measurement[];
  readonly searches: readonly unknown[];
  readonly leftOut: readonly LeftOut[];
}

const planOf = async (
  line: string,
  env?: Readonly<Record<string, string>>,
): Promise<PrintedPlan> => {
  const { exitCode, stdout } = await callBench(`plan ${line} --json`, env);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as PrintedPlan;
};

describe('serving-compare plan', () => {
  it('says in its first lines what is compared, how long it takes and which difference it can detect', async () => {
    const { stdout } = await callBench('plan --profile replicate-2021 --seed 7');
    const [statement = '', figures = ''] = stdout.split('\n\n').map(unwrapped);
    const plan = await planOf('--profile replicate-2021 --seed 7');

    expect(plan).toMatchObject({
      options: { profile: 'replicate-2021', seed: 7 },
      detectable: { targets: 4, power: 0.8, minRatio: expect.any(Number) as unknown },
    });
    expect(plan.measurements).toHaveLength(600);
    expect(statement).toBe(plan.statement);
    expect(figures).toMatch(/^600 .*\b4 .*\breplicate-2021\b.*\b7: .*\b8 h/);
    expect(figures).toContain(durationText(plan.estimateSeconds));
    for (const line of detectableLines(plan.detectable)) expect(figures).toContain(line);
    expect(stdout.split('\n').length).toBeLessThan(17);
    expect(stdout.split('\n').filter(({ length }) => length > 100)).toEqual([]);
    expect(await callBench('plan --profile replicate-2021 --seed 7')).toMatchObject({ stdout });
  });

  it('counts the measurements that fit into the time of a run that ends when it has an answer', async () => {
    const { measurements, detectable } = await planOf('--levels 1-4');
    const { stdout } = await callBench('plan --levels 1-4');
    const fitting = measurements.filter(({ repeat }) => repeat <= detectable.repeats);
    const windows = fitting.filter(({ engine }) => engine === 'onnx').length / 4;

    expect(fitting.length).toBeLessThan(measurements.length);
    expect(unwrapped(stdout)).toContain(`up to ${fitting.length} measurements on 3 targets`);
    expect(unwrapped(stdout)).toContain(`${windows} times at each of`);
  });

  it('takes ranges, units and servings by the names that people read', async () => {
    const servings = 'TorchServe,tensorflow serving,Triton (ONNX Runtime)';
    const line = words('plan --levels 1-3 --duration 30s --json --servings');
    const { stdout } = await callBench([...line, servings]);
    const { options } = JSON.parse(stdout) as PrintedPlan;

    expect(options).toMatchObject({
      servings: ['torchserve', 'tfserving', 'triton_onnx'],
      levels: [1, 2, 3].map((virtualUsers) => ({ loop: 'closed', virtualUsers })),
      durationSeconds: 30,
    });
  });

  it('names the user’s model in its statement', async () => {
    const model = join(newFolder(), 'mine.onnx');
    writeFileSync(model, encodeOnnx(tinyClassifier));

    expect(await planOf(`--model ${model}`)).toMatchObject({
      statement: expect.stringContaining('mine.onnx') as unknown,
    });
  });

  it('says how long a search usually takes, then how long it takes at most', async () => {
    const { options, searches, estimateSeconds } = await planOf('--profile slo --levels 1');
    const { stdout } = await callBench('plan --profile slo --levels 1');

    expect(options.levels).toEqual([{ loop: 'closed', virtualUsers: 1 }]);
    expect(searches).toHaveLength(12);
    expect(stdout.match(/\d+ h \d+ min/g)).toEqual(['1 h 00 min', durationText(estimateSeconds)]);
    expect(estimateSeconds / 3600).toBeCloseTo(12, 0);
  });

  it('says how many repeats fit into a time limit, or that it is too short for a verdict', async () => {
    const { stdout } = await callBench('plan --max-time 2m');
    const short = await callBench('plan --profile replicate-2021 --max-time 3m');

    expect(/\d+ min \d+ s/.exec(stdout)?.[0]).toBe('2 min 00 s');
    expect((await planOf('--max-time 2m')).detectable.repeats).toBeLessThan(8);
    expect(stdout).toMatch(/up to [3-7]\s+repeats/);
    expect(unwrapped(short.stdout)).toMatch(/--max-time 3m .* 3 repeats, about 5 h/);
  });

  it.each(['plan --duration 10', 'plan --noise 3', 'plan --levels 8-1'])(
    'accepts what its hint proposes when it refuses %s',
    async (line) => {
      const { hint = '' } = await refusalOf(line);
      const [, value = ''] = /^(?:give|write) (?:--\S+ )?([^\s,]+)/.exec(hint) ?? [];

      expect(await callBench(line.replace(/\S+$/, value))).toMatchObject({ exitCode: 0 });
    },
  );

  it('plans a single serving only for as many repeats as its run has, and says why there are no verdicts', async () => {
    const { stdout } = await callBench('plan --servings flask');
    const { detectable, measurements, estimateSeconds } = await planOf('--servings flask');

    expect(detectable).toMatchObject({ targets: 1, repeats: 8 });
    expect(Math.max(...measurements.map(({ repeat }) => repeat))).toBe(8);
    expect(unwrapped(stdout)).toContain(` ${measurements.length} measurements on 1 target`);
    expect(unwrapped(stdout)).toContain(`about ${durationText(estimateSeconds)}`);
    expect(unwrapped(stdout)).toContain(NOTHING_TO_COMPARE);
  });

  it('plans without servings that cannot run here', async () => {
    const { measurements, leftOut } = await planOf(
      '--runtime venv --profile full',
      await pythonStandIn(newFolder(), 'triton', 'python'),
    );

    expect(new Set(measurements.map(({ target }) => target.serving))).toEqual(
      new Set(['tfserving', 'triton_pytorch', 'triton_tensorflow']),
    );
    expect(leftOut.map(({ serving }) => serving)).toEqual(['torchserve']);
  });
});

describe('serving-compare plan --on aws', () => {
  const config = join(newFolder(), 'serving-compare.json');
  const asked = `--on aws --config ${config} --profile tune --slo-p99 100ms`;

  beforeAll(() => {
    const pairs = { servingInstanceType: 'g4dn.xlarge', pairs: 2, runtime: 'container' };
    writeFileSync(config, JSON.stringify({ ...pairs, servings: ['triton_onnx', 'tfserving'] }));
  });

  it('says how long a search for settings takes on a pair and what it costs, whether that is deployed or not', async () => {
    const { exitCode, stdout, stderr } = await callBench(`plan ${asked} --pairs 2`);
    const text = unwrapped(stdout);
    const { estimateSeconds, usd } = (await planOf(`${asked} --pairs 2`)) as PrintedPlan & {
      readonly usd: number;
    };

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(text).toContain(`: about ${durationText(estimateSeconds)} and $${usd.toFixed(2)}`);
    expect(text).toContain('i4-t1-b1-d0');
    expect(text).toContain('from the weights "published"');
    expect(estimateSeconds).toBeGreaterThan(600);
    expect(usd).toBeGreaterThan(0.1);
  });

  it('refuses a search on several pairs, and options of this machine', async () => {
    expect(await refusalOf(`plan ${asked}`)).toMatchObject({
      code: 'BENCH_NO_REPEAT',
      hint: expect.stringContaining('--pairs 1') as unknown,
    });
    expect(await refusalOf(`plan ${asked} --runtime venv`)).toMatchObject({ code: 'BENCH_USAGE' });
    expect(await refusalOf(`plan ${asked} --pairs 3`)).toMatchObject({ code: 'BENCH_USAGE' });
  });
});
