import { readResNet50 } from '../../../support/described-model.ts';
import { classifierInputs } from '../../../../serving-configs/models/input/classifier.ts';
import { CLASS_COUNT } from '../../../../serving-configs/models/labels.ts';

describe('The description of ResNet-50', () => {
  it('means the same to the runner as to the servers', async () => {
    const model = await readResNet50();

    expect(model.image).toEqual(classifierInputs.NCHW);
    expect(model.labels?.names).toHaveLength(CLASS_COUNT);
    expect(model.checks).toEqual({ logits: { check: 'classes' } });
    expect(model.source.files).toHaveLength(8);
  });
});
