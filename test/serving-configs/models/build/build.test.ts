import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertSameWeights } from '../../../../serving-configs/models/build/build-models.ts';
import type { BuildRecord } from '../../../../serving-configs/models/build/record.ts';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { runScript } from '../../../support/run-script.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tinyClassifier } from '../onnx/tiny-classifier.ts';

const tinyModel = (): string => {
  const file = path.join(newFolder(), 'tiny.onnx');
  writeFileSync(file, encodeOnnx(tinyClassifier));
  return file;
};

describe('the command that builds all models', () => {
  it('builds them from a file and prints the path of their record', async () => {
    const output = newFolder();
    const args = ['--weights', tinyModel(), '--output', output];
    const { code, stdout, stderr } = await runScript('serving-configs/models/build.ts', args);
    const record = JSON.parse(readFileSync(stdout.trim(), 'utf8')) as BuildRecord;

    expect(code).toBe(0);
    expect(stdout).toBe(`${path.join(output, 'models.json')}\n`);
    expect(record.weights).toMatchObject({
      title: 'tiny.onnx, assumed to be trained',
      trained: true,
    });
    expect(stderr).toMatch(/^made +onnx\/nchw\.onnx$/m);
    expect(stderr).toMatch(/^not here torchscript\/nchw\.pt: needs PyTorch/m);
  });
});

const random = { title: 'random weights', sha256: 'aa' };
const lite0 = { title: 'weights of lite0', sha256: 'bb' };

describe('an output folder', () => {
  it('is accepted if it is empty or was built from the same weights', async () => {
    const folder = newFolder();
    await expect(assertSameWeights(folder, random)).resolves.toBeUndefined();

    writeFileSync(path.join(folder, 'models.json'), JSON.stringify({ weights: random }));
    await expect(assertSameWeights(folder, random)).resolves.toBeUndefined();
  });

  it('is refused if it was built from other weights, with both names', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'models.json'), JSON.stringify({ weights: random }));

    await expect(assertSameWeights(folder, lite0)).rejects.toThrow(
      `${folder} was built from other weights: random weights, and these are weights of lite0`,
    );
  });
});
