import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from '../../../../../lib/bench/model/errors.ts';
import type { ManyPlan } from '../../../../../lib/bench/model/many-models.ts';
import { planModels } from '../../../../../lib/bench/run/many/models.ts';
import { defaultCheck } from '../../../../../serving-configs/models/tensors/compare-tensors.ts';
import { writeTensors } from '../../../../../serving-configs/models/tensors/tensor-body.ts';
import { callBench, refusalOf } from '../../../../support/bench-cli.ts';
import { oneOperatorModel } from '../../../../support/onnx-models.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';
import { tensor } from '../../../../support/user-model.ts';

/** Plans a run over a folder with these files. */
const planOf = async (
  files: Readonly<Record<string, Uint8Array>>,
  counts: readonly number[],
): Promise<ManyPlan> => {
  const [folder, requestsDir] = [join(newFolder(), 'models'), newFolder()];
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const x = tensor('x', 'FP32', [2], [0.25, -0.5]);
  writeFileSync(
    join(requestsDir, 'one.tensors'),
    Buffer.concat(writeTensors([x], 'inputs', 'binary').body),
  );
  return planModels(
    folder,
    { counts, memoryLimitMiB: 100 },
    {
      requestsDir,
      files: ['one.tensors'],
      checks: { y: defaultCheck('FP32') },
    },
    new AbortController().signal,
  );
};

const abs = oneOperatorModel('Abs');
const good = {
  'a.onnx': abs,
  'b.onnx': oneOperatorModel('Exp'),
  'c.onnx': oneOperatorModel('Neg'),
};

describe('the models of a folder', () => {
  it('are loaded in the order of their names, and as many as are counted', async () => {
    const plan = await planOf(good, [1, 2]);
    expect(plan.models.map(({ name, file }) => [name, file])).toEqual([
      ['a', 'a.onnx'],
      ['b', 'b.onnx'],
    ]);
    expect(plan).toMatchObject({ counts: [1, 2], leftOut: [], alike: [], slow: undefined });
  });

  it('are named in pairs if their answers are alike', async () => {
    const plan = await planOf({ ...good, 'd.onnx': abs }, [1, 4]);
    expect(plan.alike).toEqual([['a', 'd']]);
  });

  it('leave out what does not load and what has other inputs, with the reason; the others are measured', async () => {
    const plan = await planOf(
      {
        ...good,
        'broken.onnx': abs.slice(0, 30),
        'longer.onnx': oneOperatorModel('Abs', [3]),
      },
      [1, 5],
    );
    expect(plan.counts).toEqual([1, 3]);
    expect(plan.models.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(plan.leftOut.map(({ file }) => file)).toEqual(['broken.onnx', 'longer.onnx']);
    expect(plan.leftOut[0]?.reason).toMatch(/^the file is /);
    expect(plan.leftOut[1]?.reason).toMatch(/x.*3/);
  });

  it('are refused if fewer than two can be used', async () => {
    const refused = planOf({ 'a.onnx': abs, 'z.onnx': new Uint8Array(9) }, [1, 2]);
    await expect(refused).rejects.toThrow(BenchError);
    await expect(refused).rejects.toMatchObject({ code: 'BENCH_MODEL_FILE' });
    await expect(refused).rejects.toThrow(/has 1 models for this run; left out: z\.onnx: /);
  });

  it('are refused by plan if --counts asks for more files than there are', async () => {
    const folder = newFolder();
    for (const [name, bytes] of Object.entries(good)) writeFileSync(join(folder, name), bytes);
    const line = `plan --profile many --runtime venv --servings flask --models ${folder}`;
    expect(await refusalOf(`${line} --counts 1,4`)).toMatchObject({
      code: 'BENCH_MODEL_FILE',
      message: expect.stringMatching(/^there are 3 ONNX files .* --counts asks for 4$/) as unknown,
    });
  });

  it('are described by plan with the first that can be read', async () => {
    const folder = newFolder();
    const files = { 'a-half.onnx': abs.slice(0, 30), ...good };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const line = `plan --profile many --runtime venv --servings flask --models ${folder}`;
    // Where no server is installed, the plan ends with that, after the model's description.
    await callBench(line);
    expect(readFileSync(join(folder, 'model.yaml'), 'utf8')).toMatch(/onnx: \S*\ba\.onnx/);
  });
});
