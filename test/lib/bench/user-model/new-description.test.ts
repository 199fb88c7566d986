import { newDescription } from '../../../../lib/bench/user-model/new-description.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { readModel, says, writeModel } from './a-model.ts';

const newFolder = useTemporaryFolders();
const read = (said: (typeof says)[keyof typeof says]) =>
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

  it('quotes names that mean something else in YAML', async () => {
    const [input] = says.detector.inputs;
    const named = ['input:0', 'true', 'a "b"', '# c', '1e3'].map((name) => ({ ...input, name }));
    const said = { inputs: named, outputs: named };
    const file = writeModel(newFolder(), newDescription('My Net.v2.onnx', said, 's.json'));

    expect(Object.keys((await readModel(file, said)).sizes)).toEqual(named.map(({ name }) => name));
  });
});
