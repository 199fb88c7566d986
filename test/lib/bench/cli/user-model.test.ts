import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  maskedModel,
  oneOperatorModel,
  onnxModel,
  outsideModel,
  twoByTwoModel,
} from '../../../support/onnx-models.ts';
import { bareMachine } from '../../../support/bare-machine.ts';
import { callBench, refusalOf } from '../../../support/bench-cli.ts';
import { pastedCommands } from '../../../support/pasted-commands.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

/** Writes a model into a new folder; returns the arguments of both commands for it. */
const writeModel = (onnx: Uint8Array) => {
  const file = path.join(newFolder(), 'net.onnx');
  writeFileSync(file, onnx);
  const description = path.join(path.dirname(file), 'net.yaml');
  return {
    description,
    init: ['init', '--model', file, '--output', description],
    validate: ['validate', '--model', description],
  };
};

/** The JSON of `validate`. */
interface Validated {
  readonly model: { readonly name: string; readonly weights: readonly unknown[] };
  readonly requests: object;
  readonly targets: readonly object[];
  readonly leftOut: readonly object[];
  readonly runtimes: Readonly<Record<string, readonly { readonly serving: string }[]>>;
  readonly warnings: readonly string[];
}

describe('A described model', () => {
  it('is valid as init writes it, and can run in every serving that supports it', async () => {
    const { init, validate, description } = writeModel(twoByTwoModel());
    const written = await callBench(init);
    const { exitCode, stdout } = await callBench([...validate, '--json'], bareMachine());
    const validated = JSON.parse(stdout) as Validated;

    expect(written.exitCode).toBe(0);
    expect(written.stdout).toContain(`npx serving-compare validate --model ${description}`);
    expect(exitCode).toBe(0);
    expect(validated.model).toMatchObject({
      name: 'net',
      sizes: { ids: [1, 3], weights: [1, 3] },
      checks: { sum: { rtol: 1e-3 }, twice: { rtol: 0 } },
    });
    expect(validated.requests).toEqual({ from: 'random', count: 8, answers: 0, largestBytes: 36 });
    expect(validated.targets).toContainEqual({
      serving: 'triton_onnx',
      protocol: 'grpc',
      encoding: 'raw',
    });
    expect(validated.runtimes.simulated?.map(({ serving }) => serving)).toContain('torchserve');
  });

  it('is shown by validate with the servings that can run it and those that cannot', async () => {
    const { init, validate } = writeModel(maskedModel());
    await callBench(init);
    const { exitCode, stdout } = await callBench(validate, bareMachine());

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^takes +attention_mask +FP16 \[batch, sequence\] +sized \[1, 128\]$/m);
    expect(stdout).toMatch(/^mlserver +raw$/m);
    expect(stdout).toMatch(/^left out: .*triton_tensorrt/m);
    expect(stdout).toMatch(/^tfserving +yes +\S+ +needs savedmodel$/m);
    expect(stdout).toContain('model.savedmodel');
    expect(await pastedCommands(stdout)).toEqual(['npx serving-compare setup']);
    expect(stdout).toMatch(/^json over rest is left out of [^:]*triton_onnx/m);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('keeps its rows in the table of validate, even if a name has a line break', async () => {
    const names = { input: 'a\nb', output: 'c\u001b[1m' };
    const { init, validate } = writeModel(
      onnxModel({
        inputs: [{ name: names.input, type: 'FP32', shape: [2] }],
        outputs: [{ name: names.output, type: 'FP32', shape: [2] }],
        nodes: [{ op: 'Relu', inputs: [names.input], output: names.output }],
      }),
    );
    await callBench(init);
    const { stdout } = await callBench(validate);

    expect(stdout).toMatch(
      /^takes {2}a\\u000ab {4}FP32 \[2\]\ngives {2}c\\u001b\[1m {2}FP32 \[2\] /m,
    );
  });

  it('is refused if it gives different answers to the same input', async () => {
    const { init, validate } = writeModel(oneOperatorModel('RandomNormalLike'));
    await callBench(init);

    expect(await refusalOf(validate)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_ANSWERS',
      message: expect.stringContaining('"y"') as string,
    });
  });

  it('says where init writes the sizes that ONNX Runtime refuses the guesses', async () => {
    const { init, description } = writeModel(
      onnxModel({
        inputs: [
          { name: 'x', type: 'FP32', shape: [1, 'length'] },
          { name: 'w', type: 'FP32', shape: [1, 3] },
        ],
        outputs: [{ name: 'y', type: 'FP32', shape: [1, 'length'] }],
        nodes: [{ op: 'Add', inputs: ['x', 'w'], output: 'y' }],
      }),
    );
    const { exitCode, stdout } = await callBench(init);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/ONNX Runtime refuses .*Add node "y": .*3 by 128/);
    expect(readFileSync(description, 'utf8')).toMatch(
      /# ONNX Runtime refuses these sizes: Add node "y": .*3 by 128\n {2}sizes:\n/,
    );
  });

  it('may have expected answers, whose differences from ONNX Runtime validate locates', async () => {
    const { validate, description } = writeModel(twoByTwoModel());
    const data = { ids: [1, 2, 3], weights: [0.5, 0.5, 0.5] };
    const correct = { sum: [1.5, 2.5, 3.5], twice: [2, 4, 6] };
    const answers = [correct, { ...correct, twice: [2, 4, 7] }];
    const inputs = path.join(path.dirname(description), 'data.json');
    writeFileSync(inputs, JSON.stringify({ data: [data, data], validation_data: answers }));
    writeFileSync(description, '{ model: { onnx: net.onnx }, inputs: data.json }');
    const { exitCode, stdout } = await callBench([...validate, '--json'], bareMachine());
    const { warnings } = JSON.parse(stdout) as Validated;

    expect(exitCode).toBe(0);
    expect(warnings).toEqual([
      'warning: data.json: validation_data[1]: output "twice" at [0,2] is 7, and ONNX Runtime gives 6; 1 of 2 entries differ',
    ]);
    expect((await callBench(validate, bareMachine())).stdout).toMatch(
      /^warning: data\.json: validation_data\[1\]: output "twice" at \[0,2\]/m,
    );
  });

  it('is never overwritten', async () => {
    const { init, description } = writeModel(twoByTwoModel());
    await callBench(init);
    writeFileSync(description, 'mine');

    expect(await refusalOf(init)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_FILE_EXISTS',
    });
    expect(readFileSync(description, 'utf8')).toBe('mine');
  });

  it('is written only into an existing folder', async () => {
    const { init, description } = writeModel(twoByTwoModel());
    const missingFolder = path.join(path.dirname(description), 'none');

    expect(
      await refusalOf([...init, '--output', path.join(missingFolder, 'a.yaml')]),
    ).toMatchObject({
      exitCode: 2,
      code: 'BENCH_FOLDER',
    });
  });

  it.each(['init net.onnx', 'validate net.yaml', 'run net.onnx'])(
    'is named only by --model: %s is refused',
    async (line) => {
      expect(await refusalOf(line)).toMatchObject({
        exitCode: 2,
        hint: `write --model ${line.split(' ')[1]}`,
      });
    },
  );

  it('may be outside the clone, whose path npx gets with --prefix', () => {
    const folder = newFolder();
    const userFolder = path.join(folder, 'mine');
    mkdirSync(userFolder);
    symlinkSync(path.resolve(import.meta.dirname, '../../../..'), path.join(folder, 'clone'));
    writeFileSync(path.join(userFolder, 'net.onnx'), twoByTwoModel());
    const sizes = 'sizes: { ids: [1, 3], weights: [1, 3] }';
    writeFileSync(path.join(userFolder, 'model.yaml'), `model: { onnx: net.onnx, ${sizes} }`);
    const call = (line: string) =>
      spawnSync('sh', ['-c', line], { cwd: userFolder, encoding: 'utf8' });
    const line = 'npx --prefix ../clone serving-compare validate';
    const { status, stdout, stderr } = call(line);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`net: ${path.join(userFolder, 'net.onnx')}`);
    // Printed commands work there too.
    expect(call(`${line} --model net.onnx`).stderr).toContain(
      'npx --prefix ../clone serving-compare init --model net.onnx',
    );
  });

  it('has the hashes of its weights if they lie beside it', async () => {
    const { init, validate, description } = writeModel(outsideModel('w.bin'));
    writeFileSync(path.join(path.dirname(description), 'w.bin'), Buffer.alloc(8));
    await callBench(init);
    const { model } = JSON.parse(
      (await callBench([...validate, '--json'], bareMachine())).stdout,
    ) as Validated;

    expect(model.weights).toEqual([
      {
        file: path.join(path.dirname(description), 'w.bin'),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
  });

  it('is refused before containers start if they cannot read its weights, of which validate warns', async () => {
    const { validate, description } = writeModel(outsideModel('w.bin'));
    const weights = path.join(path.dirname(description), 'w.bin');
    writeFileSync(weights, Buffer.alloc(8), { mode: 0o600 });
    writeFileSync(description, '{ model: { onnx: net.onnx } }');
    const { warnings } = JSON.parse((await callBench([...validate, '--json'])).stdout) as Validated;

    expect(warnings).toEqual([expect.stringContaining(`cannot read ${weights}: chmod`)]);
    expect(await refusalOf(['run', '--model', description, '--runtime', 'docker'])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_MODEL_FILE',
      hint: `chmod -R a+rX ${weights}`,
    });
  });

  it.each([
    ['a text file', Buffer.from('text'), /not an ONNX file/],
    ['an ONNX file without its weights', outsideModel('gone.bin'), /gone\.bin/],
  ])('cannot be %s', async (_, onnx, message) => {
    const refusal = await refusalOf(writeModel(onnx).init);

    expect(refusal).toMatchObject({ exitCode: 2, code: 'BENCH_MODEL_FILE' });
    expect(refusal.message).toMatch(message);
    expect(refusal.hint).not.toBeUndefined();
  });

  it('with FP16 is refused if only JSON is allowed, which has no FP16', async () => {
    const { init, description } = writeModel(maskedModel());
    await callBench(init);
    const refusal = await refusalOf(['plan', '--model', description, '--encodings', 'json']);

    expect(refusal).toMatchObject({ code: 'BENCH_NO_TARGET' });
    expect(refusal.message).toMatch(/JSON has no FP16.*--encodings binary$/);
  });

  it('is refused with the types of its tensors if it is not a description but an ONNX file unlike ResNet-50', async () => {
    const { init } = writeModel(maskedModel());
    const refusal = await refusalOf(['serve', 'flask', '--model', init[2] ?? '']);

    expect(refusal.message).toMatch(/: int64 \[.*: float16 \[/);
  });

  it('must exist', async () => {
    expect(await refusalOf('run --model nowhere.ymal')).toMatchObject({
      exitCode: 2,
      code: 'BENCH_MODEL_FILE',
    });
    expect(await refusalOf('validate --model nowhere.yaml')).toMatchObject({
      exitCode: 2,
      code: 'BENCH_DESCRIPTION',
      hint: expect.stringContaining('init --model') as string,
    });
  });
});
