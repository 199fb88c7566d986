import { inferBody } from '../../../middleware/servings/infer-body.ts';
import { formOf, givenTensor, pixelTensor } from '../../../middleware/servings/input-tensor.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';
import { readTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { noise } from '../../support/image.ts';
import { tensor } from '../../support/user-model.ts';

const NAME = 'größe 输入 😀 "a"';
const OUTPUT = 'é输出';

describe('A body of the Open Inference Protocol', () => {
  it.each([
    ['a given tensor', givenTensor(tensor(NAME, 'FP32', [1], [0.5]))],
    [
      'an image',
      pixelTensor(NAME, { width: 2, height: 1, data: noise(2, 1) }, formOf(CLASSIFIER.images.NHWC)),
    ],
  ])('keeps names beyond ASCII with %s in every encoding', (_, input) => {
    for (const encoding of ['json', 'binary'] as const) {
      const { body } = inferBody([input], encoding, [{ name: OUTPUT }]);
      const { tensors, head } = readTensors(Buffer.concat(body), 'inputs');

      expect(tensors.map(({ name }) => name)).toEqual([NAME]);
      expect(head['outputs']).toMatchObject([{ name: OUTPUT }]);
    }
  });
});
