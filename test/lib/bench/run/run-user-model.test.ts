import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import { settingsId } from '../../../../serving-configs/settings.ts';
import { isTested } from '../../../../lib/bench/stability/summary.ts';
import { callBench, refusalOf } from '../../../support/bench-cli.ts';
import { maskedModel, oneOperatorModel, twoByTwoModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const SHORT = '--duration 0.2s --warmup 0 --repeats 1 --levels 1 --bypass 0.2s';

/** Writes a model with two inputs and two outputs, and its description. */
const describedModel = () => {
  const folder = newFolder();
  const description = join(folder, 'model.yaml');
  const describe = (seed: number): void =>
    writeFileSync(
      description,
      `model: { onnx: model.onnx, name: two-by-two, sizes: { ids: [1, 3], weights: [1, 3] } }\ninputs: { from: random, count: 3, seed: ${seed} }\n`,
    );
  writeFileSync(join(folder, 'model.onnx'), twoByTwoModel());
  describe(1);
  return { folder, description, describe };
};

/** Writes a model with FP16 outputs and returns the path of its description. */
const describedMasked = (): string => {
  const folder = newFolder();
  const description = join(folder, 'model.yaml');
  const sizes = 'sizes: { input_ids: [1, 4], attention_mask: [1, 4] }';
  writeFileSync(join(folder, 'model.onnx'), maskedModel());
  writeFileSync(description, `model: { onnx: model.onnx, ${sizes} }`);
  return description;
};

describe("A finished run of a user's model", () => {
  const { folder, description, describe } = describedModel();
  const run = join(folder, 'run');
  let stdout: string;

  beforeAll(async () => {
    ({ stdout } = await callBench(
      `run --model ${description} --output ${run} --json
      --servings triton_onnx --protocols rest,grpc --encodings binary,json,raw ${SHORT}`,
    ));
  });

  it('compared all outputs of every target with the correct ones, then measured it over each protocol, with no-op limit and bypass run', async () => {
    const { statement } = JSON.parse(stdout) as { readonly statement: string };
    const { plan, records } = await readRunFolder(run);
    const checks = records.flatMap((record) => (record.kind === 'answer-check' ? [record] : []));
    const measured = records.flatMap((record) => (record.kind === 'measurement' ? [record] : []));

    expect(statement).toContain('Model: two-by-two.');
    expect(plan.model).toMatchObject({ name: 'two-by-two', inputs: { length: 2 } });
    expect(plan.images.map(({ file }) => file)).toEqual([
      '0001-random-1.tensors',
      '0002-random-2.tensors',
      '0003-random-3.tensors',
    ]);
    expect(plan.targets).toHaveLength(3);
    expect(checks).toHaveLength(6);
    for (const { state, tensors } of checks) {
      expect(state).toBe('passed');
      expect(tensors).toHaveLength(3);
      expect(tensors?.[0]?.outputs?.map(({ output }) => output)).toEqual(['sum', 'twice']);
    }
    // Two blocks, and no-op limits.
    expect(measured).toHaveLength(9);
    for (const record of measured as readonly CompletedMeasurement[]) {
      expect(record).toMatchObject({ state: 'completed', load: { failed: 0 } });
      expect(record.load.succeeded).toBeGreaterThan(0);
    }
    expect(
      (measured as readonly CompletedMeasurement[])
        .filter(({ measurement }) => measurement.engine === 'onnx' && measurement.block === 1)
        .map(({ bypass }) => bypass?.state),
    ).toEqual(Array.from({ length: 3 }, () => 'completed'));
  });

  it('is resumed, but not with other inputs', async () => {
    const before = await readRunFolder(run);
    await callBench(`run --resume ${run}`);

    expect((await readRunFolder(run)).records).toHaveLength(before.records.length);

    describe(2);
    expect(await refusalOf(`run --resume ${run}`)).toMatchObject({
      code: 'BENCH_OTHER_INPUTS',
      hint: expect.stringContaining(description) as unknown,
    });

    describe(1);
    writeFileSync(description, `${readFileSync(description, 'utf8')}answer: { rtol: 0.5 }\n`);
    expect(await refusalOf(`run --resume ${run}`)).toMatchObject({
      code: 'BENCH_OTHER_MODEL',
      hint: expect.stringContaining(description) as unknown,
    });
    expect(await refusalOf(`run --resume ${run} --levels 2`)).toMatchObject({
      code: 'BENCH_OTHER_OPTIONS',
      message: expect.stringMatching(/--levels 1,.* --levels 2$/) as unknown,
    });
  });
});

describe('A run of a model in two precisions', () => {
  const folder = newFolder();
  const run = join(folder, 'run');

  beforeAll(async () => {
    const shape = ['batch', 4];
    writeFileSync(join(folder, 'model.onnx'), oneOperatorModel('Identity', shape));
    writeFileSync(join(folder, 'coarse.onnx'), oneOperatorModel('Round', shape));
    writeFileSync(
      join(folder, 'model.yaml'),
      'model: { onnx: model.onnx, sizes: { x: [1, 4] }, precisions: { coarse: { onnx: coarse.onnx } } }\n',
    );
    writeFileSync(join(folder, 'settings.yaml'), 'precision: [given, coarse]\n');
    await callBench(
      `run --model ${join(folder, 'model.yaml')} --settings ${join(folder, 'settings.yaml')} --output ${run}
      --servings triton_onnx ${SHORT}`,
    );
  });

  it('compares the answers of each with its own', async () => {
    const { plan, records } = await readRunFolder(run);
    const checks = records.flatMap((record) => (record.kind === 'answer-check' ? [record] : []));

    expect(plan.targets.map(({ settings }) => settingsId(settings ?? 'default'))).toEqual([
      'i1-t1-b1-d0',
      'i1-t1-b1-d0-coarse',
    ]);
    expect(checks.filter(({ engine }) => engine === 'onnx').map(({ state }) => state)).toEqual([
      'passed',
      'passed',
    ]);
    for (const record of records) {
      if (record.kind !== 'measurement' || record.state !== 'completed') continue;
      expect(record.load).toMatchObject({ failed: 0 });
      expect(record.load.wrongAnswers ?? 0).toBe(0);
    }
  });

  it('says how far the answers of the other are from those of the model', async () => {
    const { plan } = await readRunFolder(run);
    const { coarse } = plan.model.accuracy ?? {};

    expect(coarse?.rows).toBe(8);
    expect(coarse?.sameTop1).toBeLessThan(8);
    expect(coarse?.largestDifference).toBeGreaterThan(0.1);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain(
      `coarse: the same top class as the model in ${coarse?.sameTop1} of 8 rows`,
    );
  });

  it('is not resumed after the file of a precision has changed', async () => {
    writeFileSync(join(folder, 'coarse.onnx'), oneOperatorModel('Floor', ['batch', 4]));

    expect(await refusalOf(`run --resume ${run}`)).toMatchObject({ code: 'BENCH_OTHER_MODEL' });
  });
});

describe("A run of a user's model", () => {
  it('is compared with expected answers that came with the inputs, after a warning if ONNX Runtime differs', async () => {
    const { folder, description } = describedModel();
    const run = join(folder, 'run');
    const data = { ids: [1, 2, 3], weights: [0.5, 0.5, 0.5] };
    const correct = { sum: [1.5, 2.5, 3.5], twice: [2, 4, 6] };
    const given = (second: object): void =>
      writeFileSync(
        join(folder, 'data.json'),
        JSON.stringify({ data: [data, data], validation_data: [correct, second] }),
      );
    writeFileSync(
      description,
      'model: { onnx: model.onnx, name: two-by-two, sizes: { ids: [1, 3], weights: [1, 3] } }\ninputs: data.json\n',
    );
    given(correct);
    const good = await callBench(`validate --model ${description}`);
    given({ ...correct, sum: [1.5, -2.5, 3.5] });
    const validated = await callBench(`validate --model ${description}`);
    const wrong = await callBench(
      `run --model ${description} --servings flask --noop-limits none ${SHORT} --output ${run}`,
    );
    const { plan, records } = await readRunFolder(run);

    const difference = /validation_data\[1\]: output "sum"/;
    expect([good, validated].map(({ stdout, stderr }) => difference.test(stdout + stderr))).toEqual(
      [false, true],
    );
    expect(wrong.stderr).toMatch(
      /^warning: data\.json: validation_data\[1\]: .*"sum" at \[0,1\] .*-2\.5, .* 2\.5;\s+1 of 2 /m,
    );
    const report = readFileSync(join(run, 'report.md'), 'utf8');
    expect(report).toContain('Answers against the validation data');
    // Each output has a verdict, and the wrong target is reported once.
    expect(report).toMatch(/ sum \| .* 1 of 2 .* failed \(output "sum"/);
    expect(report).toMatch(/ twice \| .* 2 of 2 .* passed \|/);
    expect(wrong.stderr.match(/instead of/g)).toHaveLength(1);
    expect(wrong.stdout).toMatch(/^Checks {2}✗ .* 1 of 1 /m);
    expect(plan.model).toMatchObject({ correctFrom: 'validation_data' });
    expect(records).toContainEqual(
      expect.objectContaining({ kind: 'answer-check', engine: 'onnx', state: 'failed' }),
    );
  });

  it('is tested for stability with requests that are cut off, over each protocol', async () => {
    const { folder, description } = describedModel();
    const run = join(folder, 'run');
    await callBench(
      `run --model ${description} --output ${run}
      --profile stability --servings triton_onnx --protocols rest,grpc --seed 1
      --faults image-empty,malformed-json,malformed-protobuf
      --repeats 1 --levels 2 --duration 0.25s --warmup 0`,
    );
    const { targets = [] } = summarise(await readRunFolder(run)).stability ?? {};
    const answersOver = (protocol: string) =>
      Object.fromEntries(
        targets
          .filter(({ target }) => target.protocol === protocol)
          .flatMap(({ results }) => results)
          .map((result) => [
            result.fault,
            isTested(result) ? result.answers.map(({ answer }) => answer) : result.leftOut,
          ]),
      );

    expect(answersOver('rest')).toEqual({
      nothing: [],
      'image-empty': 'no-image',
      'malformed-json': ['400'],
      'malformed-protobuf': 'not-protobuf',
    });
    expect(answersOver('grpc')).toMatchObject({
      'malformed-json': 'not-json',
      'malformed-protobuf': [expect.any(String)],
    });
  });

  it('leaves no folder and prints nothing else if the model refuses its inputs', async () => {
    const folder = newFolder();
    const description = join(folder, 'model.yaml');
    writeFileSync(join(folder, 'model.onnx'), oneOperatorModel('Log'));
    writeFileSync(
      description,
      '{ model: { onnx: model.onnx }, inputs: { ranges: { x: [-2, -1] } } }',
    );
    const run = join(folder, 'run');
    const { exitCode, stdout, stderr } = await callBench(
      `run --model ${description} --output ${run}`,
    );

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('holds NaN');
    expect(existsSync(run)).toBe(false);
  });

  it.each([
    ['triton', 'triton_onnx'],
    ['trition', 'triton_onnx'],
    ['triton_tensorrt', 'use triton_onnx'],
  ])('names what can serve it in place of %s', async (serving, hint) => {
    const { description } = describedModel();

    expect(await refusalOf(`run --model ${description} --servings ${serving}`)).toMatchObject({
      exitCode: 2,
      hint: expect.stringContaining(hint) as string,
    });
  });

  it.each([
    ['--servings triton_tensorrt', 'BENCH_NO_TARGET', 'named tensors'],
    ['--servings mlserver', 'BENCH_NO_TARGET', '--protocols grpc'],
    ['--servings triton_onnx --encodings json', 'BENCH_NO_TARGET', '--encodings binary'],
    ['--profile study-rig', 'BENCH_USAGE', 'images'],
    ['--payloads image', 'BENCH_USAGE', ''],
    ['--load-generator k6', 'BENCH_USAGE', 'k6'],
    ['--images k6/images', 'BENCH_USAGE', ''],
  ])('is refused with %s, which does not apply to its model', async (options, code, reason) => {
    expect(await refusalOf(`run --model ${describedMasked()} ${options}`)).toMatchObject({
      exitCode: 2,
      code,
      message: expect.stringContaining(reason) as string,
    });
  });

  it('leaves out a server that takes its model only over another protocol, and names that protocol', async () => {
    const { stdout } = await callBench(`plan --model ${describedMasked()} --json`);

    expect(JSON.parse(stdout)).toMatchObject({
      leftOut: [{ serving: 'tfserving', reason: expect.stringContaining('grpc') as string }],
    });
  });
});
