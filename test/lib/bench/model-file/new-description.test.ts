import { newDescription } from '../../../../lib/bench/model-file/new-description.ts';
import type { ModelTensors } from '../../../../lib/bench/model-file/described-model.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { readModel, models, writeModel } from './a-model.ts';

const read = (tensors: ModelTensors) =>
  readModel(writeModel(newFolder(), newDescription('My Net.v2.onnx', tensors, 's.json')), tensors);

describe('A new description', () => {
  it('guesses a length of 128 and a batch of 1 for texts, and fills masks with ones', async () => {
    expect(await read(models.text)).toMatchObject({
      sizes: { ids: [1, 128], mask: [1, 128] },
      source: { from: 'random', count: 8, ranges: { ids: [0, 100], mask: [1, 2] } },
      checks: { embedding: { rtol: 1e-2 }, length: { rtol: 0 } },
    });
  });

  it('guesses 224 × 224 for images', async () => {
    expect(await read(models.detector)).toMatchObject({ sizes: { images: [1, 3, 224, 224] } });
  });

  it('guesses 1 for a dimension without a name after a fixed one, which is the batch of a state', async () => {
    const [input] = models.detector.inputs;
    const state = { ...input, shape: [2, -1, -1], dims: [2, '', ''] };

    expect(await read({ ...models.detector, inputs: [state] })).toMatchObject({
      sizes: { images: [2, 1, 128] },
    });
  });

  it('has a size to change for an input whose number of dimensions is open', async () => {
    expect(await read(models.anyRank)).toMatchObject({ sizes: { x: [1, 128] } });
  });

  it('has no sizes for fixed dimensions', async () => {
    expect(await read(models.classifier)).toMatchObject({ sizes: {}, source: { from: 'random' } });
  });

  const large: ModelTensors = {
    ...models.detector,
    inputs: [{ ...models.detector.inputs[0], shape: [-1, 3, 480, 640] }],
  };
  it.each([
    ['of bytes', models.classifier, 'letterbox', { datatype: 'UINT8', scale: 1 }],
    ['of floats', models.detector, 'letterbox', { datatype: 'FP32', scale: 0.00392157 }],
    ['for a classifier', large, 'crop', { width: 640, height: 480, mean: [0.485, 0.456, 0.406] }],
  ])(
    'has a comment for images %s that is valid when uncommented',
    async (_, tensors, resize, image) => {
      const text = newDescription('My Net.v2.onnx', tensors, 's.json').replace(
        new RegExp(`# (?=image: .*${resize})`),
        '',
      );

      expect(await readModel(writeModel(newFolder(), text), tensors)).toMatchObject({ image });
    },
  );

  it('has no ranges for a model without inputs', async () => {
    const tensors = { ...models.classifier, inputs: [] };

    expect(await read(tensors)).toMatchObject({
      source: { from: 'random', ranges: {} },
    });
  });

  it('quotes names with another meaning in YAML', async () => {
    const [input] = models.detector.inputs;
    const named = ['input:0', 'true', 'a "b"', '# c', '1e3'].map((name) => ({ ...input, name }));
    const tensors = { inputs: named, outputs: named };
    const file = writeModel(newFolder(), newDescription('My Net.v2.onnx', tensors, 's.json'));

    expect(Object.keys((await readModel(file, tensors)).sizes)).toEqual(
      named.map(({ name }) => name),
    );
  });
});
