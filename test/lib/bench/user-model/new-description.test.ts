import { newDescription } from '../../../../lib/bench/user-model/new-description.ts';
import type { ModelTensors } from '../../../../lib/bench/user-model/user-model.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { readModel, says, writeModel } from './a-model.ts';

const newFolder = useTemporaryFolders();
const read = (said: ModelTensors) =>
  readModel(writeModel(newFolder(), newDescription('My Net.v2.onnx', said, 's.json')), said);

describe('A new description', () => {
  it('gives texts the size 128 and one batch, and masks only ones', async () => {
    expect(await read(says.text)).toMatchObject({
      sizes: { ids: [1, 128], mask: [1, 128] },
      source: { from: 'random', count: 8, ranges: { ids: [0, 100], mask: [1, 2] } },
      checks: { embedding: { rtol: 1e-2 }, length: { rtol: 0 } },
    });
  });

  it('sizes images by 224', async () => {
    expect(await read(says.detector)).toMatchObject({ sizes: { images: [1, 3, 224, 224] } });
  });

  it('sizes nothing that is fixed', async () => {
    expect(await read(says.classifier)).toMatchObject({ sizes: {}, source: { from: 'random' } });
  });

  const large: ModelTensors = {
    ...says.detector,
    inputs: [{ ...says.detector.inputs[0], shape: [-1, 3, 480, 640] }],
  };
  it.each([
    ['of bytes', says.classifier, 'letterbox', { datatype: 'UINT8', scale: 1 }],
    ['of floats', says.detector, 'letterbox', { datatype: 'FP32', scale: 0.00392157 }],
    ['for a classifier', large, 'crop', { width: 640, height: 480, mean: [0.485, 0.456, 0.406] }],
  ])('offers for images %s what reads as it stands', async (_, said, resize, image) => {
    const text = newDescription('My Net.v2.onnx', said, 's.json').replace(
      new RegExp(`# (?=image: .*${resize})`),
      '',
    );

    expect(await readModel(writeModel(newFolder(), text), said)).toMatchObject({ image });
  });

  it('draws nothing for a model without inputs', async () => {
    const said = { ...says.classifier, inputs: [] };

    expect(await read(said)).toMatchObject({
      source: { from: 'random', ranges: {} },
    });
  });

  it('quotes names that mean something else in YAML', async () => {
    const [input] = says.detector.inputs;
    const named = ['input:0', 'true', 'a "b"', '# c', '1e3'].map((name) => ({ ...input, name }));
    const said = { inputs: named, outputs: named };
    const file = writeModel(newFolder(), newDescription('My Net.v2.onnx', said, 's.json'));

    expect(Object.keys((await readModel(file, said)).sizes)).toEqual(named.map(({ name }) => name));
  });
});
