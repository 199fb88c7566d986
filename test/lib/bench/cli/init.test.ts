import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fastModelText } from '../../../../lib/bench/run/tensor-inputs.ts';
import { callBench, refusalOf } from '../../../support/bench-cli.ts';
import { modelForCommands } from '../../../support/described-model.ts';
import { onnxModel, outsideModel, twoByTwoModel } from '../../../support/onnx-models.ts';

describe('A model that init describes', () => {
  it('says where init writes the sizes that ONNX Runtime refuses the guesses', async () => {
    const { init, description } = modelForCommands(
      onnxModel({
        inputs: [
          { name: 'x', type: 'FP32', shape: [1, 'length'] },
          { name: 'w', type: 'FP32', shape: [1, 3] },
        ],
        outputs: [{ name: 'y', type: 'FP32', shape: [1, 'length'] }],
        nodes: [{ op: 'Add', inputs: ['x', 'w'], output: 'y' }],
      }),
    );
    const { exitCode, stdout } = await callBench([...init, '--json']);
    const { refusal } = JSON.parse(stdout) as { readonly refusal: string };

    expect(exitCode).toBe(0);
    expect(refusal).toMatch(/^Add node "y": .*3 by 128$/);
    expect(readFileSync(description, 'utf8')).toContain(`${refusal}\n  sizes:\n`);
  });

  it('is said to be faster than the rig by init, validate and plan if it is, which only shows if its server adds little', async () => {
    const { init, description } = modelForCommands(twoByTwoModel());
    const limit = /^! the model takes \S+ ms .*servers\s+that\s+add\s+little.*--bypass 2s/ms;

    expect((await callBench(init)).stdout).toMatch(limit);
    for (const command of ['validate', 'plan']) {
      expect((await callBench([command, '--model', description])).stdout).toMatch(limit);
    }
    expect(fastModelText({ fastestMs: 1 })).toBe('');
  });

  it('is never overwritten', async () => {
    const { init, description } = modelForCommands(twoByTwoModel());
    await callBench(init);
    writeFileSync(description, 'mine');

    expect(await refusalOf(init)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_FILE_EXISTS',
    });
    expect(readFileSync(description, 'utf8')).toBe('mine');
  });

  it('is written only into an existing folder', async () => {
    const { init, description } = modelForCommands(twoByTwoModel());
    const missingFolder = path.join(path.dirname(description), 'none');

    expect(
      await refusalOf([...init, '--output', path.join(missingFolder, 'a.yaml')]),
    ).toMatchObject({
      exitCode: 2,
      code: 'BENCH_FOLDER',
    });
  });

  it.each([
    ['a text file', Buffer.from('text'), 'net.onnx'],
    ['an ONNX file without its weights', outsideModel('gone.bin'), 'gone.bin'],
  ])('cannot be %s', async (_, onnx, file) => {
    const refusal = await refusalOf(modelForCommands(onnx).init);

    expect(refusal).toMatchObject({ exitCode: 2, code: 'BENCH_MODEL_FILE' });
    expect(refusal.message).toContain(file);
    expect(refusal.hint).not.toBeUndefined();
  });
});
