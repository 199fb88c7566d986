import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { writeRequests } from '../../../../lib/bench/model-file/write-requests.ts';
import type { ModelTensors } from '../../../../lib/bench/model-file/described-model.ts';
import { numbersOf } from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import { readTensors } from '../../../../serving-configs/models/tensors/tensor-body.ts';
import { zeros } from '../../../support/npy-file.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { described, readModel, models, sizes, writeModel } from './a-model.ts';

/** The tensors of the bodies in a folder. */
const bodiesIn = (folder: string, key: 'inputs' | 'outputs') =>
  (existsSync(folder) ? readdirSync(folder).toSorted() : []).map((file) =>
    readTensors(readFileSync(path.join(folder, file)), key).tensors.map((tensor) => ({
      name: tensor.name,
      datatype: tensor.datatype,
      shape: tensor.shape,
      values: Array.from(numbersOf(tensor)),
    })),
  );

const write = async (
  tensors: ModelTensors,
  description: unknown,
  files: Readonly<Record<string, string | Uint8Array>> = {},
) => {
  const folder = newFolder();
  const model = await readModel(writeModel(folder, description, files), tensors);
  const [requests, answers] = [path.join(folder, 'requests'), path.join(folder, 'answers')];
  const written = await writeRequests(model, requests, answers);
  return {
    written,
    folder,
    requests: bodiesIn(requests, 'inputs'),
    answers: bodiesIn(answers, 'outputs'),
  };
};

const randomHashes = async (seed: number) => {
  const { written } = await write(models.text, described({ sizes }, { inputs: { seed } }));
  return written.requests.map(({ sha256 }) => sha256);
};

describe('The requests of a run', () => {
  const [FIRST, SECOND] = ['0001-random-1.tensors', '0002-random-2.tensors'];

  it('are files with all inputs, named after their source, with a hash', async () => {
    const { written, folder, requests } = await write(
      models.text,
      described({ sizes }, { inputs: { count: 2 } }),
    );
    const hashOf = (file: string) =>
      createHash('sha256')
        .update(readFileSync(path.join(folder, 'requests', file)))
        .digest('hex');

    expect(written).toEqual({
      requests: [
        { file: FIRST, sha256: hashOf(FIRST), from: 'random 1' },
        { file: SECOND, sha256: hashOf(SECOND), from: 'random 2' },
      ],
      answers: [],
    });
    expect(requests).toMatchObject([
      [
        { name: 'ids', datatype: 'INT64', shape: [1, 4] },
        { name: 'mask', datatype: 'FP16', shape: [1, 4] },
      ],
      [{ name: 'ids' }, { name: 'mask' }],
    ]);
    expect(requests[0]).not.toEqual(requests[1]);
  });

  it('are the same bytes for the same seed', async () => {
    expect(await randomHashes(3)).toEqual(await randomHashes(3));
    expect(await randomHashes(3)).not.toEqual(await randomHashes(4));
  });

  it('are a single request for inputs of zeros', async () => {
    const { requests } = await write(models.text, described({ sizes }, { inputs: 'zero' }));

    expect(requests).toMatchObject([[{ values: [0, 0, 0, 0] }, { values: [0, 0, 0, 0] }]]);
  });

  it('are made from images, and named after them', async () => {
    const colour = { r: 255, g: 0, b: 51 };
    const photo = sharp({ create: { width: 9, height: 5, channels: 3, background: colour } });
    const { written, requests } = await write(
      models.detector,
      described({ image: {}, sizes: { images: [1, 3, 1, 1] } }, { inputs: '.' }),
      { 'red.png': await photo.png().toBuffer() },
    );

    expect(written.requests).toMatchObject([{ from: 'red.png' }]);
    expect(requests[0]?.[0]).toMatchObject({ name: 'images', shape: [1, 3, 1, 1] });
    expect(requests[0]?.[0]?.values[0]).toBe(1);
    expect(requests[0]?.[0]?.values[2]).toBeCloseTo(0.2, 6);
  });

  it('are made from .npy files, even with open sizes', async () => {
    const { written, requests } = await write(models.text, described({}, { inputs: 'in' }), {
      'in/long/ids.npy': zeros('<i8', [1, 5], 8),
      'in/long/mask.npy': zeros('<f2', [1, 5], 2),
      'in/short/ids.npy': zeros('<i8', [1, 2], 8),
      'in/short/mask.npy': zeros('<f2', [1, 2], 2),
    });

    expect(written.requests.map(({ from }) => from)).toEqual(['long', 'short']);
    expect(requests.map(([ids]) => ids?.shape)).toEqual([
      [1, 5],
      [1, 2],
    ]);
  });

  it('come with their correct answers from a JSON file for perf_analyzer', async () => {
    const json = {
      data: [{ ids: [1, 2, 3, 4], mask: [1, 1, 1, 0] }],
      validation_data: [{ embedding: [1, 2, 3, 4, 5, 6, 7, 8], length: [3] }],
    };
    const { written, requests, answers } = await write(
      models.text,
      described({ sizes }, { inputs: 'data.json' }),
      { 'data.json': JSON.stringify(json) },
    );

    expect(written.answers).toMatchObject([{ file: '0001-data-0.tensors', from: 'data[0]' }]);
    expect(requests).toMatchObject([[{ values: [1, 2, 3, 4] }, { values: [1, 1, 1, 0] }]]);
    expect(answers).toMatchObject([
      [
        { name: 'embedding', values: [1, 2, 3, 4, 5, 6, 7, 8] },
        { name: 'length', values: [3] },
      ],
    ]);
  });

  it('are refused if they are larger than servers accept', async () => {
    const large = { ids: [1, 9_000_000], mask: [1, 9_000_000] };

    await expect(
      write(models.text, described({ sizes: large }, { inputs: 'zero' })),
    ).rejects.toMatchObject({
      code: 'BENCH_INPUTS',
      message: expect.stringMatching(/^zero: .* 64\.0 MiB/) as string,
    });
  });
});
