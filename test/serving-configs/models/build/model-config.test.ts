import { modelConfig } from '../../../../serving-configs/models/build/model-config.ts';
import { SINGLE } from '../../../../serving-configs/settings.ts';
import type { ModelContract } from '../../../../serving-configs/manifest.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { servedModelOf } from '../../../../serving-configs/models/served-model.ts';

const contract: ModelContract = {
  name: 'some-model',
  layout: 'NCHW',
  output: 'logits',
  tensors: { input: 'in', output: 'out' },
};
const ON_GPU = { accelerator: 'gpu', settings: SINGLE } as const;
const model = servedModelOf(contract, CLASSIFIER);

describe('the description of a model in a repository', () => {
  it.each([
    ['m/1/model.pt', 'pytorch_libtorch'],
    ['m/1/model.onnx', 'onnxruntime_onnx'],
    ['m/1/model.plan', 'tensorrt_plan'],
    ['m/1/model.savedmodel/saved_model.pb', 'tensorflow_savedmodel'],
  ])('runs %s with the backend %s', (file, platform) => {
    expect(modelConfig(model, file, ON_GPU)).toContain(`platform: "${platform}"\n`);
  });

  it('has the names of the manifest and one image per request', () => {
    const config = modelConfig(model, 'model.onnx', ON_GPU);

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
      ON_GPU,
    );

    expect(config.match(/dims: \[ 1, 224, 224, 3 \]/g)).toHaveLength(2);
    expect(config).toContain('key: "in"');
    expect(config).toMatch(/count: 20\n/);
  });

  it('has instances, threads and batches as they are set', () => {
    const settings = { instances: 2, threads: 3, maxBatch: 8, batchDelayMs: 1.5 };
    const config = modelConfig(model, 'model.onnx', { accelerator: 'cpu', settings });

    expect(config).toContain('max_batch_size: 8\n');
    expect(config).toContain('instance_group [ { count: 2 kind: KIND_CPU } ]\n');
    expect(config).toContain(
      'parameters { key: "intra_op_thread_count" value: { string_value: "3" } }\n',
    );
    expect(config).toContain('dynamic_batching { max_queue_delay_microseconds: 1500 }\n');
    // The first dimension is that of the batch.
    expect(config.match(/dims: \[ 3, 224, 224 \]/g)).toHaveLength(2);
  });

  it('leaves what is not set to the server', () => {
    const config = modelConfig(model, 'model.onnx', { accelerator: 'cpu', settings: 'default' });

    expect(config).not.toMatch(/instance_group|parameters|dynamic_batching/);
  });

  it('is not written for files that no platform reads', () => {
    expect(() => modelConfig(model, 'model.txt', ON_GPU)).toThrow(/\bmodel\.txt$/);
  });
});
