import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { encodeOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { defaultImagesDir, defaultModel } from '../../../../lib/bench/run/project-files.ts';
import { callBench, refusalOf } from '../../../support/bench-cli.ts';
import { modelForCommands } from '../../../support/described-model.ts';
import { maskedModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tinyClassifier } from '../../../serving-configs/models/onnx/tiny-classifier.ts';

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

  it('is refused with batches if it is an ONNX file that takes one image at a time', async () => {
    const file = path.join(newFolder(), 'net.onnx');
    const settings = path.join(newFolder(), 'settings.yaml');
    writeFileSync(settings, 'maxBatch: [1, 4]');
    const plan = ['plan', '--model', file, '--settings', settings];
    const { input } = tinyClassifier;
    const shape = [1, ...input.shape.slice(1)];
    writeFileSync(file, encodeOnnx({ ...tinyClassifier, input: { ...input, shape } }));

    expect(await refusalOf(plan)).toMatchObject({
      code: 'BENCH_SETTINGS',
      message: expect.stringContaining('"pixels" has the shape [1, 3, -1, -1]') as string,
    });

    writeFileSync(file, encodeOnnx(tinyClassifier));

    expect((await callBench([...plan, '--json'])).exitCode).toBe(0);
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

/** The parts of a description that tests change. */
interface Parts {
  readonly model: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const labelsFile = path.join(path.dirname(defaultModel), '../imagenet-labels.txt');

/** Writes the description of ResNet-50 to another folder, with the paths of its files there, and changes. */
const copyOf = (model: object = {}, inputs: object = {}): string => {
  const file = path.join(newFolder(), 'copy.yaml');
  const original = parse(readFileSync(defaultModel, 'utf8')) as Parts;
  const changed = {
    ...original,
    model: { ...original.model, labels: labelsFile, ...model },
    inputs: { ...original.inputs, from: defaultImagesDir, ...inputs },
  };
  writeFileSync(file, JSON.stringify(changed));
  return file;
};

describe('A copy of the description of ResNet-50', () => {
  const plan = ['plan', '--seed', '1', '--json'];

  it('is planned like the original, which is planned like no description', async () => {
    const expected = await callBench(plan);
    const plans = [];
    for (const file of [copyOf(), defaultModel]) {
      plans.push(await callBench([...plan, '--model', file]));
    }

    expect(plans).toEqual(plans.map(() => expected));
  });

  it('is refused where its relative paths lead to nothing', async () => {
    const file = path.join(newFolder(), 'model.yaml');
    writeFileSync(file, readFileSync(defaultModel));

    expect(await refusalOf(['plan', '--model', file])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_INPUTS',
      hint: expect.stringMatching(/\binputs$/) as string,
    });
  });

  it.each([
    ['name', { name: 'resnet' }],
    ['image', { image: { resize: 'stretch' } }],
    [
      'built',
      { built: { title: 'Net', inputs: { input: [-1, 3, -1, -1] }, outputs: { y: [-1, 1000] } } },
    ],
  ])('is refused if it changes model.%s, which servers would not do', async (key, model) => {
    expect(await refusalOf(['plan', '--model', copyOf(model)])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_DESCRIPTION',
      message: expect.stringContaining(`model.${key} `) as string,
    });
  });

  it.each([
    ['model.built.inputs', { built: { title: 'Net', outputs: {} } }, {}, 'model.built.inputs'],
    ['inputs.send', {}, { send: undefined }, 'inputs.send'],
    ['model.onnx, which it cannot have', { onnx: 'a.onnx' }, {}, 'built'],
    ['a misspelt model.image', { imgae: {}, image: undefined }, {}, 'image'],
    ['inputs that are no images', {}, { from: 'random' }, 'images'],
  ])('is refused with a hint because of %s', async (_, model, inputs, hint) => {
    expect(await refusalOf(['plan', '--model', copyOf(model, inputs)])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_DESCRIPTION',
      hint: expect.stringContaining(hint) as string,
    });
  });

  it('may send other images, but not on AWS, where nodes have only those of the project', async () => {
    const folder = newFolder();
    writeFileSync(
      path.join(folder, 'cat.jpg'),
      readFileSync(path.join(defaultImagesDir, 'cat.jpg')),
    );
    const model = ['--model', copyOf({}, { from: folder })];

    expect(await callBench(['plan', ...model])).toMatchObject({ exitCode: 0 });
    expect(await refusalOf(['run', '--on', 'aws', ...model])).toMatchObject({
      exitCode: 2,
      code: 'BENCH_USAGE',
      message: expect.stringContaining(folder) as string,
    });
  });
});
