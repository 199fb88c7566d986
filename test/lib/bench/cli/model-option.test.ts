import { callBench, refusalOf } from '../../../support/bench-cli.ts';
import { modelForCommands } from '../../../support/described-model.ts';
import { maskedModel } from '../../../support/onnx-models.ts';

describe('The model of a command line', () => {
  it.each(['init net.onnx', 'validate net.yaml', 'run net.onnx'])(
    'is named only by --model: %s is refused',
    async (line) => {
      expect(await refusalOf(line)).toMatchObject({
        exitCode: 2,
        hint: `write --model ${line.split(' ')[1]}`,
      });
    },
  );

  it('with FP16 is refused if only JSON is allowed, which has no FP16', async () => {
    const { init, description } = modelForCommands(maskedModel());
    await callBench(init);
    const refusal = await refusalOf(['plan', '--model', description, '--encodings', 'json']);

    expect(refusal).toMatchObject({ code: 'BENCH_NO_TARGET' });
    expect(refusal.message).toMatch(/\bFP16\b.*--encodings binary$/);
  });

  it('is refused with the types of its tensors if it is not a description but an ONNX file unlike ResNet-50', async () => {
    const { init } = modelForCommands(maskedModel());
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
