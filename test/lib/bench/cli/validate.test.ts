import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bareMachine } from '../../../support/bare-machine.ts';
import { callBench, refusalOf, unwrapped } from '../../../support/bench-cli.ts';
import { modelForCommands } from '../../../support/described-model.ts';
import {
  maskedModel,
  oneOperatorModel,
  onnxModel,
  outsideModel,
  twoByTwoModel,
} from '../../../support/onnx-models.ts';
import { pastedCommands } from '../../../support/pasted-commands.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

/** The JSON of `validate`. */
interface Validated {
  readonly model: { readonly name: string; readonly weights: readonly unknown[] };
  readonly requests: object;
  readonly targets: readonly object[];
  readonly leftOut: readonly { readonly reason: string }[];
  readonly runtimes: Readonly<Record<string, readonly { readonly serving: string }[]>>;
  readonly warnings: readonly string[];
}

const validatedBy = async (
  validate: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Validated> =>
  JSON.parse((await callBench([...validate, '--json'], env)).stdout) as Validated;

describe('ResNet-50', () => {
  it('is validated by its own description, like the model of a user', async () => {
    const model = path.resolve(
      import.meta.dirname,
      '../../../../serving-configs/models/resnet50/model.yaml',
    );
    const validate = ['validate', '--model', model];
    const { exitCode, stdout } = await callBench(validate, bareMachine());
    const validated = await validatedBy(validate, bareMachine());

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^takes +input +FP32 \[\?, 3, \?, \?\] +sized \[1, 3, 224, 224\]$/m);
    expect(stdout).toMatch(/^gives +logits +FP32 \[\?, 1000\] +classes$/m);
    expect(stdout).toMatch(/^tfserving +image, tensor, tensor_fullsize +image, /m);
    expect(validated).toMatchObject({
      model: { name: 'resnet-50', checks: { logits: { check: 'classes' } } },
      // The largest file, because files are sent.
      requests: { from: 'images', count: 8, answers: 0, largestBytes: 233_751 },
      leftOut: [],
      warnings: [],
    });
    expect(validated.targets).toContainEqual({
      serving: 'flask',
      protocol: 'rest',
      payload: 'image',
      encoding: 'raw',
    });
    expect(validated.runtimes.simulated?.map(({ serving }) => serving)).toContain('torchserve');
  });
});

describe('A model that validate checks', () => {
  it('is valid as init writes it, and can run in every serving that supports it', async () => {
    const { init, validate, description } = modelForCommands(twoByTwoModel());
    const written = await callBench(init);
    const { exitCode, stdout } = await callBench([...validate, '--json'], bareMachine());
    const validated = JSON.parse(stdout) as Validated;

    expect(written.exitCode).toBe(0);
    expect(await pastedCommands(written.stdout)).toEqual([
      `npx serving-compare validate --model ${description}`,
      `npx serving-compare run --model ${description}`,
    ]);
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
    const { init, validate } = modelForCommands(maskedModel());
    await callBench(init);
    const machine = bareMachine();
    const { exitCode, stdout } = await callBench(validate, machine);
    const { leftOut, runtimes } = await validatedBy(validate, machine);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^takes +attention_mask +FP16 \[batch, sequence\] +sized \[1, 128\]$/m);
    expect(stdout).toMatch(/^mlserver +raw$/m);
    expect(leftOut).toContainEqual({
      serving: 'triton_tensorrt',
      reason: expect.any(String) as unknown,
    });
    expect(runtimes.docker).toContainEqual(
      expect.objectContaining({ serving: 'tfserving', state: 'impossible', needs: 'savedmodel' }),
    );
    expect(stdout).toMatch(/^tfserving .*\bsavedmodel$/m);
    expect(stdout).toContain('model.savedmodel');
    expect(await pastedCommands(stdout)).toEqual(['npx serving-compare setup']);
    expect(leftOut).toContainEqual({
      serving: 'triton_onnx',
      protocol: 'rest',
      encoding: 'json',
      reason: expect.any(String) as unknown,
    });
    for (const { reason } of leftOut) expect(unwrapped(stdout)).toContain(reason);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('keeps its rows in the table of validate, even if a name has a line break', async () => {
    const names = { input: 'a\nb', output: 'c\u001b[1m' };
    const { init, validate } = modelForCommands(
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
    const { init, validate } = modelForCommands(oneOperatorModel('RandomNormalLike'));
    await callBench(init);

    expect(await refusalOf(validate)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_ANSWERS',
      message: expect.stringContaining('"y"') as string,
    });
  });

  it('may have expected answers, whose differences from ONNX Runtime validate locates', async () => {
    const { validate, description } = modelForCommands(twoByTwoModel());
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
    expect(call(`${line} --model net.onnx`).stderr).toContain('npx --prefix ../clone ');
  });

  it('has the hashes of its weights if they lie beside it', async () => {
    const { init, validate, description } = modelForCommands(outsideModel('w.bin'));
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
    const { validate, description } = modelForCommands(outsideModel('w.bin'));
    const weights = path.join(path.dirname(description), 'w.bin');
    writeFileSync(weights, Buffer.alloc(8), { mode: 0o600 });
    writeFileSync(description, '{ model: { onnx: net.onnx } }');
    const { warnings } = JSON.parse((await callBench([...validate, '--json'])).stdout) as Validated;

    expect(warnings).toEqual([expect.stringContaining(`chmod -R a+rX ${weights}`)]);
    expect(await refusalOf(['run', '--model', description, '--runtime', 'docker'])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_MODEL_FILE',
      hint: `chmod -R a+rX ${weights}`,
    });
  });
});
