import { readInputs } from '../../../../lib/bench/model-file/model-inputs.ts';
import type { ModelTensors } from '../../../../lib/bench/model-file/described-model.ts';
import { npyFile, zeros } from '../../../support/npy-file.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { described, readModel, models, sizes, writeModel } from './a-model.ts';

const read = async (
  tensors: ModelTensors,
  description: unknown,
  files: Readonly<Record<string, string | Uint8Array>>,
) => {
  const model = await readModel(writeModel(newFolder(), description, files), tensors);
  for await (const _ of readInputs(model));
};

const readJson = (json: object) =>
  read(models.text, described({ sizes }, { inputs: 'a.json' }), {
    'a.json': JSON.stringify(json),
  });

/** Reads the only file with inputs of a model that leaves the number of dimensions open. */
const readAnyRank = (inputs: string, file: string, content: string | Uint8Array) =>
  read(models.anyRank, described({}, { inputs }), { [file]: content });

describe('An input whose number of dimensions the model leaves open', () => {
  it('has the shape of its data', async () => {
    const content = { data: [{ x: { content: [1, 2, 3], shape: [3, 1] } }] };

    await expect(
      readAnyRank('in', 'in/a.npy', zeros('<f4', [2, 1, 3], 4)),
    ).resolves.toBeUndefined();
    await expect(readAnyRank('a.json', 'a.json', JSON.stringify(content))).resolves.toBeUndefined();
  });

  it('needs a shape in JSON', async () => {
    await expect(
      readAnyRank('a.json', 'a.json', JSON.stringify({ data: [{ x: [1, 2, 3] }] })),
    ).rejects.toMatchObject({
      code: 'BENCH_INPUTS',
      message: expect.stringContaining('"x"') as string,
    });
  });
});

describe('An input is refused, with its file, if', () => {
  it.each([
    ['it has another type', zeros('<f4', [1, 2, 2, 3], 4), 'FP32'],
    ['it has another shape', zeros('|u1', [2, 2, 3], 1), '[2, 2, 3]'],
    ['it is cut off', npyFile({ descr: '|u1', shape: [1, 2, 2, 3], bytes: [1] }), '1 bytes'],
  ])('%s', async (_, npy, fact) => {
    const reading = read(models.classifier, described({}, { inputs: 'in' }), {
      'in/cat.npy': npy,
    });

    await expect(reading).rejects.toMatchObject({
      code: 'BENCH_INPUTS',
      message: expect.stringMatching(/in\/cat\.npy/) as string,
    });
    await expect(reading).rejects.toThrow(fact);
  });

  it('a file named like an image is not an image', async () => {
    const reading = read(models.classifier, described({ image: {} }, { inputs: '.' }), {
      'cat.jpg': 'miaow',
    });

    await expect(reading).rejects.toMatchObject({
      code: 'BENCH_INPUTS',
      message: expect.stringMatching(/cat\.jpg .*JPEG/) as string,
    });
  });

  it('a dimension has two sizes in one request', async () => {
    await expect(
      read(models.text, described({}, { inputs: 'in' }), {
        'in/cat/ids.npy': zeros('<i8', [1, 5], 8),
        'in/cat/mask.npy': zeros('<f2', [1, 4], 2),
      }),
    ).rejects.toThrow(/in\/cat: sequence .*\b5 .*\bids .*\b4 .*\bmask/);
    await expect(
      readJson({ data: [{ ids: [1, 2, 3, 4], mask: { content: [1, 1], shape: [1, 2] } }] }),
    ).rejects.toThrow(/a\.json: data\[0\]: sequence .*\b4 .*\bids .*\b2 .*\bmask/);
  });

  it('its JSON has another content, or an expected answer with NaN', async () => {
    const nan = {
      b64: Buffer.from(Uint16Array.from([0x7e00, 0, 0, 0, 0, 0, 0, 0]).buffer).toString('base64'),
    };
    const data = [{ ids: [1, 2, 3, 4], mask: [1, 1, 1, 1] }];

    await expect(readJson({ rows: [] })).rejects.toMatchObject({
      code: 'BENCH_INPUTS',
      message: expect.stringContaining('a.json') as string,
    });
    await expect(
      readJson({ data, validation_data: [{ embedding: nan, length: [1] }] }),
    ).rejects.toThrow('NaN in "embedding" at [0, 0]');
  });
});
