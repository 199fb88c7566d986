import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusalOf } from '../../../support/bench-cli.ts';
import { describedTwoByTwo } from '../../../support/described-model.ts';
import { maskedModel } from '../../../support/onnx-models.ts';
import { listenTcp } from '../../../support/tcp-server.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

describe('serving-compare serve', () => {
  it('is refused if its port is taken', async () => {
    const listener = await listenTcp(() => undefined);
    const { port } = new URL(listener.url);
    const refusal = await refusalOf(`serve tfserving --engine noop --port ${port}`);

    expect(refusal).toMatchObject({
      exitCode: 2,
      code: 'BENCH_USAGE',
      hint: expect.stringContaining('--port') as unknown,
    });
  });

  it('names the command that describes an ONNX file that is not an image classifier', async () => {
    const model = join(newFolder(), 'text.onnx');
    writeFileSync(model, maskedModel());

    expect(await refusalOf(`serve flask --model ${model}`)).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('input_ids') as string,
      hint: expect.stringContaining(`init --model ${model}`) as string,
    });
  });

  it.each([
    ['serve triton_tensorrt', 'BENCH_NO_TARGET', 'validate'],
    ['serve flask --protocol grpc', 'BENCH_NO_TARGET', '--protocol rest'],
    ['serve flask --images k6/images', 'BENCH_USAGE', 'inputs'],
  ])('does not %s with a model that cannot be served like this', async (line, code, hint) => {
    const model = describedTwoByTwo(newFolder());

    expect(await refusalOf(`${line} --model ${model}`)).toMatchObject({
      exitCode: 2,
      code,
      hint: expect.stringContaining(hint) as string,
    });
  });
});
