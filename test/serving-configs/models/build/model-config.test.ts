import { modelConfig } from '../../../../serving-configs/models/build/model-config.ts';
import type { ModelContract } from '../../../../serving-configs/manifest.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { servedModelOf } from '../../../../serving-configs/models/served-model.ts';

const contract: ModelContract = {
  name: 'some-model',
  layout: 'NCHW',
  output: 'logits',
  tensors: { input: 'in', output: 'out' },
};
const model = servedModelOf(contract, CLASSIFIER);

describe('the description of a model in a repository', () => {
  it.each([
    ['m/1/model.pt', 'pytorch_libtorch'],
    ['m/1/model.onnx', 'onnxruntime_onnx'],
    ['m/1/model.plan', 'tensorrt_plan'],
    ['m/1/model.savedmodel/saved_model.pb', 'tensorflow_savedmodel'],
  ])('runs %s with the backend %s', (file, platform) => {
    expect(modelConfig(model, file)).toContain(`platform: "${platform}"\n`);
  });

  it('has the names of the manifest and one image per request', () => {
    const config = modelConfig(model, 'model.onnx');

    expect(config).toMatch(/^name: "some-model"\n/);
    expect(config).toContain('max_batch_size: 0\n');
    expect(config).toContain(
      'input [ { name: "in" data_type: TYPE_FP32 dims: [ 1, 3, 224, 224 ] } ]',
    );
    expect(config).toContain('output [ { name: "out" data_type: TYPE_FP32 dims: [ 1, 1000 ] } ]');
  });

  it('warms up exactly the input that it declares', () => {
    const config = modelConfig(
      servedModelOf({ ...contract, layout: 'NHWC' }, CLASSIFIER),
      'model.onnx',
    );

    expect(config.match(/dims: \[ 1, 224, 224, 3 \]/g)).toHaveLength(2);
    expect(config).toContain('key: "in"');
    expect(config).toMatch(/count: 20\n/);
  });

  it('is not written for files that no platform reads', () => {
    expect(() => modelConfig(model, 'model.txt')).toThrow(/\bmodel\.txt$/);
  });
});
