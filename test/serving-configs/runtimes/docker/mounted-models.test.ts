import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { platformOf, type ServingName } from '../../../../serving-configs/index.ts';
import { readGivenModel, type GivenModel } from '../../../../serving-configs/models/model.ts';
import { mountedModels } from '../../../../serving-configs/runtimes/docker/mounted-models.ts';
import { SINGLE, type Settings } from '../../../../serving-configs/settings.ts';
import { outsideModel, twoByTwoModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tensor, writeTensorModel } from '../../../support/user-model.ts';

const PLATFORMS = path.resolve(import.meta.dirname, '../../../../serving-configs/platforms');

const mountsOf = async (serving: ServingName, modelFile: string, settings: Settings = SINGLE) => {
  const work = newFolder();
  const options = {
    serving,
    accelerator: 'cpu',
    settings,
    model: readGivenModel(modelFile),
  } as const;
  const mounted = await mountedModels(options, path.join(PLATFORMS, platformOf(serving)), work);
  const { folder } = mounted.manifest.container.models;
  const text = (file: string) => readFileSync(path.join(work, folder, file), 'utf8');
  return { ...mounted, text };
};

describe("a user's model in a container", () => {
  const folder = newFolder();
  const [torchscript, saved] = [path.join(folder, 'net.pt'), path.join(folder, 'saved')];
  /** Describes the model with further formats, whose files are empty. */
  const inAllFormats = path.join(folder, 'all.json');
  let file: string;
  let model: GivenModel;
  beforeAll(async () => {
    ({ file, model } = await writeTensorModel(folder, twoByTwoModel(), [
      [tensor('ids', 'INT64', [1, 3], [1, 2, 3]), tensor('weights', 'FP32', [1, 3], [0, 0.5, 1])],
    ]));
    writeFileSync(torchscript, '');
    mkdirSync(path.join(saved, 'variables'), { recursive: true });
    writeFileSync(path.join(saved, 'saved_model.pb'), '');
    const formats = { ...model.formats, torchscript: 'net.pt', savedmodel: 'saved' };
    writeFileSync(inAllFormats, JSON.stringify({ ...model, formats }));
  });

  it('is a repository with its own name, its tensors, and its warm-up request', async () => {
    const { manifest, mounts, text } = await mountsOf('triton_onnx', file);
    const config = text('my-model/config.pbtxt');

    expect(manifest.container?.command).toContain('--load-model=my-model');
    expect(manifest.statistics?.path).toBe('/v2/models/my-model/stats');
    expect(mounts).toEqual({ '/models/my-model/1/model.onnx': model.formats.onnx });
    expect(text('my-model/1/model.onnx')).toBe('');
    expect(config).toMatch(/^name: "my-model"$/m);
    expect(config).toMatch(
      /^input \[ \{ name: "ids" data_type: TYPE_INT64 dims: \[ -1, 3 \] \} \]$/m,
    );
    expect(config).toMatch(
      /^output \[ \{ name: "sum" data_type: TYPE_FP32 dims: \[ -1, 3 \] \} \]$/m,
    );
    expect(config).toMatch(
      /key: "ids"\s+value: \{ data_type: TYPE_INT64 dims: \[ 1, 3 \] input_data_file: "0" \}/,
    );
    expect(text('my-model/warmup/0')).toBe(
      '\u0001\0\0\0\0\0\0\0\u0002\0\0\0\0\0\0\0\u0003\0\0\0\0\0\0\0',
    );
  });

  it('replaces the description of the model in the image, and is probed by its own name', async () => {
    const { mounts = {}, probe } = await mountsOf('mlserver', file);
    const described = mounts['/serving/mlserver/model/model-settings.json'] ?? '';

    expect(JSON.parse(readFileSync(described, 'utf8'))).toMatchObject({
      name: 'my-model',
      inputs: model.inputs,
      outputs: model.outputs,
    });
    expect(probe.path).toBe('/v2/models/my-model/ready');
  });

  it('is a folder with the application instead of an archive, and is probed with its example', async () => {
    const { manifest, mounts, probe, model: mounted, text } = await mountsOf('mms', file);

    expect(manifest.container?.command).toEqual(['/serving/mms/start.sh', 'my-model']);
    expect(probe.path).toBe('/predictions/my-model');
    expect(mounts).toMatchObject({ '/models/my-model.mar/model.onnx': model.formats.onnx });
    expect(text('my-model.mar/handler.py')).toContain('import served_model');
    expect(
      Buffer.from(probe.predict as Uint8Array).equals(readFileSync(model.example.request)),
    ).toBe(true);
    expect(mounted).toMatchObject({ example: { request: '/models/example/request' } });
  });

  it('is served with the settings, in the files of its platform', async () => {
    const settings = { instances: 2, threads: 1, maxBatch: 8, batchDelayMs: 5 };
    const textAt = async (serving: ServingName, target: string) => {
      const { mounts = {} } = await mountsOf(serving, inAllFormats, settings);
      return readFileSync(mounts[target] ?? '', 'utf8');
    };

    expect((await mountsOf('triton_onnx', file, settings)).text('my-model/config.pbtxt')).toMatch(
      /^max_batch_size: 8$[^]*^instance_group \[ \{ count: 2 kind: KIND_CPU \} \]$[^]*^dynamic_batching \{ max_queue_delay_microseconds: 5000 \}$/m,
    );
    expect(await textAt('tfserving', '/batching.config')).toMatch(
      /^max_batch_size \{ value: 8 \}\nbatch_timeout_micros \{ value: 5000 \}$/m,
    );
    expect(JSON.parse(await textAt('mlserver', '/serving/mlserver/settings.json'))).toMatchObject({
      parallel_workers: 2,
    });
    expect(
      JSON.parse(await textAt('mlserver', '/serving/mlserver/model/model-settings.json')),
    ).toMatchObject({ max_batch_size: 8, max_batch_time: 0.005 });
    expect(await textAt('torchserve', '/config.properties')).toMatch(
      /^models=\{"my-model":.*"minWorkers":2,"maxWorkers":2,"batchSize":8,"maxBatchDelay":5,/m,
    );
    expect(await textAt('mms', '/serving/mms/mms.properties')).toMatch(
      /^default_workers_per_model=2$/m,
    );
    expect(await textAt('djl', '/serving/djl/model/serving.properties')).toMatch(
      /^minWorkers=2\nmaxWorkers=2\noption.intraOpNumThreads=1$/m,
    );
  });

  it('is mounted with its external weights', async () => {
    const modelFolder = newFolder();
    const weights = path.join(modelFolder, 'w.bin');
    writeFileSync(weights, Buffer.alloc(8));
    const request = [tensor('x', 'FP32', [2], [1, 2])];
    const outside = await writeTensorModel(modelFolder, outsideModel('w.bin'), [request]);

    const { mounts } = await mountsOf('bentoml', outside.file);

    expect(mounts).toEqual({
      '/models/my-model/src/model.onnx': outside.model.formats.onnx,
      '/models/my-model/src/w.bin': weights,
    });
  });

  it('is TorchScript with our handler, which gets the order of its tensors', async () => {
    const { manifest, mounts, model: mounted, text } = await mountsOf('torchserve', inAllFormats);

    expect(manifest.container?.command).toContain('--models=my-model=my-model.mar');
    expect(mounts).toMatchObject({ '/models/my-model.mar/model.pt': torchscript });
    expect(JSON.parse(text('my-model.mar/MAR-INF/MANIFEST.json'))).toMatchObject({
      model: { modelName: 'my-model', handler: 'handler.py' },
    });
    expect(text('my-model.mar/torch_engine.py')).toContain('torch.jit.load');
    expect(mounted).toMatchObject({ inputs: model.inputs, outputs: model.outputs });
  });

  it('is TorchScript in a repository, with its tensors by position', async () => {
    const { mounts, text } = await mountsOf('triton_pytorch', inAllFormats);
    const config = text('my-model/config.pbtxt');

    expect(mounts).toEqual({ '/models/my-model/1/model.pt': torchscript });
    expect(config).toMatch(/^platform: "pytorch_libtorch"$/m);
    expect(config.match(/(?:IN|OUT)PUT__\d" data_type: \w+/g)).toEqual([
      'INPUT__0" data_type: TYPE_INT64',
      'INPUT__1" data_type: TYPE_FP32',
      'OUTPUT__0" data_type: TYPE_FP32',
      'OUTPUT__1" data_type: TYPE_INT64',
    ]);
    expect(config).toMatch(/key: "INPUT__1"\s+value: \{ .* input_data_file: "1" \}/);
  });

  it('is a SavedModel in the folder of a version, or in a repository', async () => {
    const inVersion = await mountsOf('tfserving', inAllFormats);
    const inRepository = await mountsOf('triton_tensorflow', inAllFormats);

    expect(inVersion.probe.path).toBe('/v1/models/my-model');
    expect(inVersion.manifest.container?.command).toContain('--model_name=my-model');
    expect(inVersion.mounts).toMatchObject({ '/models/my-model/1': saved });
    expect(inRepository.mounts).toEqual({ '/models/my-model/1/model.savedmodel': saved });
    expect(inRepository.text('my-model/config.pbtxt')).toMatch(
      /^platform: "tensorflow_savedmodel"$[^]*^input \[ \{ name: "ids" data_type: TYPE_INT64 /m,
    );
  });

  it('is refused if it has no format that the container reads', async () => {
    await expect(mountsOf('torchserve', file)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining('model.torchscript') as string,
    });
  });

  it('is refused if the user of the container cannot read it', async () => {
    const variables = path.join(saved, 'variables');
    chmodSync(model.formats.onnx, 0o600);
    chmodSync(variables, 0o700);

    for (const [serving, described, closed] of [
      ['bentoml', file, model.formats.onnx],
      ['tfserving', inAllFormats, variables],
    ] as const) {
      await expect(mountsOf(serving, described)).rejects.toMatchObject({
        hint: `chmod -R a+rX ${closed}`,
      });
    }
  });
});
