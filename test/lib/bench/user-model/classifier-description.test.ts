import path from 'node:path';
import { readDescription } from '../../../../lib/bench/user-model/read-description.ts';
import type { ModelTensor } from '../../../../lib/bench/user-model/user-model.ts';
import { classifierInputs } from '../../../../serving-configs/models/input/classifier.ts';
import { CLASS_COUNT } from '../../../../serving-configs/models/labels.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { readModel, writeModel } from './a-model.ts';

const RESNET = path.resolve(import.meta.dirname, '../../../../serving-configs/models/resnet50');

const floats = (name: string, shape: readonly number[]): ModelTensor => ({
  name,
  datatype: 'FP32',
  shape,
  dims: shape,
});

describe('The description of ResNet-50 that we ship', () => {
  it.each([
    ['model.json', 'NCHW', [1, 3, -1, -1]],
    ['model-nhwc.json', 'NHWC', [1, -1, -1, 3]],
  ] as const)('in %s means the same as a description of a user', async (name, layout, shape) => {
    const description = await readDescription(path.join(RESNET, name));
    const { model } = description;
    const labels = path.resolve(RESNET, model.labels ?? '');
    const file = writeModel(newFolder(), {
      ...description,
      model: { ...model, onnx: 'My Net.v2.onnx', labels },
      inputs: 'zero',
    });
    const read = await readModel(file, {
      inputs: [floats('input', shape)],
      outputs: [floats('logits', [1, CLASS_COUNT])],
    });

    expect(read.image).toEqual(classifierInputs[layout]);
    expect(read.labels?.names).toHaveLength(CLASS_COUNT);
  });
});
