import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packModel } from '../../../../lib/bench/aws/model-transfer.ts';
import { planOnPairs, requestOnPairs } from '../../../../lib/bench/aws/run-request.ts';
import { askedModel } from '../../../../lib/bench/plan/planned-model.ts';
import { readGiven } from '../../../support/described-model.ts';
import { readGivenModel } from '../../../../serving-configs/models/model.ts';
import { twoByTwoModel } from '../../../support/onnx-models.ts';
import { savedModel } from '../../../support/saved-model.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const { signal } = new AbortController();

/** A model that comes as ONNX and as a SavedModel. */
const readModel = () => {
  const folder = newFolder();
  const description = path.join(folder, 'own.json');
  mkdirSync(path.join(folder, 'saved/variables'), { recursive: true });
  writeFileSync(path.join(folder, 'two.onnx'), twoByTwoModel());
  writeFileSync(
    path.join(folder, 'saved/saved_model.pb'),
    savedModel(
      [
        { name: 'ids', datatype: 'INT64', shape: [-1, 3] },
        { name: 'weights', datatype: 'FP32', shape: [-1, 3] },
      ],
      [
        { name: 'sum', datatype: 'FP32', shape: [-1, 3] },
        { name: 'twice', datatype: 'INT64', shape: [-1, 3] },
      ],
    ),
  );
  writeFileSync(path.join(folder, 'saved/variables/variables.index'), 'weights');
  const sizes = { ids: [1, 3], weights: [1, 3] };
  writeFileSync(
    description,
    JSON.stringify({ model: { onnx: 'two.onnx', savedmodel: 'saved', sizes } }),
  );
  return readGiven(description);
};

describe("A user's model for nodes", () => {
  it('holds all formats in the places where its description finds them', async () => {
    const folder = newFolder();
    const { files, answerBytes } = await packModel(
      folder,
      await readModel(),
      () => undefined,
      signal,
    );
    const { formats } = readGivenModel(path.join(folder, 'model.json'));

    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'onnx/two.onnx',
        'savedmodel/saved/saved_model.pb',
        'savedmodel/saved/variables/variables.index',
      ]),
    );
    // Two tensors of three values, with what describes them.
    expect(answerBytes).toBeGreaterThan(3 * 4 + 3 * 8);
    expect(answerBytes).toBeLessThan(500);
    expect(formats).toMatchObject({ savedmodel: path.join(folder, 'savedmodel/saved') });
    expect(readFileSync(path.join(folder, 'model.json'), 'utf8')).not.toContain(folder);
  });

  it('is measured in the containers whose format it has, and left out of the others', async () => {
    const model = askedModel(await readModel());
    const { targets, leftOut } = planOnPairs(
      requestOnPairs(
        { runId: 'r', runtime: 'container' },
        { servings: { kind: 'default' }, options: {}, model, settings: {} },
      ),
      {
        servings: ['torchserve', 'tfserving', 'triton_tensorflow', 'triton_onnx'],
        runtime: 'container',
        cores: 4,
      },
    );

    expect(model.otherFormats.savedmodel).toMatch(/^[0-9a-f]{64}$/);
    expect(targets.map(({ serving }) => serving)).toEqual([
      'tfserving',
      'triton_tensorflow',
      'triton_onnx',
    ]);
    expect(leftOut).toEqual([
      { serving: 'torchserve', reason: expect.stringContaining('TorchScript') as string },
    ]);
  });
});
