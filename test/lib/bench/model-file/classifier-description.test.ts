import { defaultModel } from '../../../../lib/bench/run/project-files.ts';
import { readOwnModel, readUserModel } from '../../../../lib/bench/model-file/read-model.ts';
import { classifierInputs } from '../../../../serving-configs/models/input/classifier.ts';
import { CLASS_COUNT } from '../../../../serving-configs/models/labels.ts';

describe('The description of ResNet-50', () => {
  it('means the same to the runner as to the servers', async () => {
    const model = await readOwnModel(defaultModel);

    expect(model.image).toEqual(classifierInputs.NCHW);
    expect(model.labels?.names).toHaveLength(CLASS_COUNT);
    expect(model.checks).toEqual({ logits: { check: 'classes' } });
    expect(model.source.files).toHaveLength(8);
  });

  it('has keys that the description of a user cannot have', async () => {
    await expect(readUserModel(defaultModel, () => Promise.reject(new Error()))).rejects.toThrow(
      expect.objectContaining({ code: 'BENCH_DESCRIPTION' }) as Error,
    );
  });
});
