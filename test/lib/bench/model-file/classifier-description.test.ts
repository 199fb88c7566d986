import { readOwnModel } from '../../../../lib/bench/model-file/read-model.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';

describe('The description of ResNet-50', () => {
  it('means the same to the runner as to the servers', async () => {
    const model = await readOwnModel();

    expect(model.image).toEqual(CLASSIFIER.image);
    expect(model.labels?.names).toEqual(CLASSIFIER.labels.names);
    expect(model.served).toBe(CLASSIFIER);
    expect(model.checks).toEqual({ logits: { check: 'classes' } });
    expect(model.source.files).toHaveLength(8);
  });
});
