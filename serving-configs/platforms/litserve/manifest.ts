import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    litserve: {
      title: 'LitServe',
      version: '0.2.19',
      inStudy: 'no',
      isChosenToday: true,
      checkedAgainst: 'LitServe 0.2.19',
      rest: {
        port: 8000,
        payloads: { image: ['form'], tensor: ['form'] },
        defaultPayload: 'image',
        tensors: ['binary', 'json'],
      },
      health: { port: 8000, path: '/health' },
      model: { name, layout: 'NCHW', output: 'probabilities' },
      usage: {
        packaging: 'none (an application)',
        batching: 'coded',
        severalModels: 'coded',
        versions: 'none',
        call: 'curl -F request=@cat.jpg localhost:8000/predict',
        lastRelease: {
          version: '0.2.19',
          date: '2026-09-09',
          source: 'https://github.com/Lightning-AI/LitServe/releases',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/Lightning-AI/LitServe',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: {
          key: 'workers_per_device of LitServer',
          default: '1',
          provedBy: 'the process list',
        },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
          provedBy: 'the CPU time of its threads',
        },
        maxBatch: {
          key: 'max_batch_size of LitAPI',
          default: '1',
          provedBy: 'the batches that the model gets',
        },
        batchDelayMs: {
          key: 'batch_timeout of LitAPI, in seconds',
          default: '0',
          provedBy: 'the batches that the model gets',
        },
      },
      startTimeoutSeconds: 120,
      container: {
        image: {
          dockerfile: 'runtimes/images/Dockerfile',
          arguments: { ENVIRONMENT: 'workers', PLATFORM: 'litserve' },
        },
        command: ['python', '/serving/litserve/container/serve.py'],
        application: { file: '/models/model.onnx' },
        models: { folder: 'litserve', files: ['model.onnx'] },
      },
      venv: {
        environment: 'workers',
        software: { name: 'LitServe', package: 'litserve' },
        real: true,
        command: ['{python}', '{here}/app.py', '{restPort}'],
        ready: { port: 'rest', path: '/health' },
        // Its children do not notice that their parent has ended.
        stop: { signal: 'group', graceSeconds: 10 },
        manyModels: {
          how: 'restart',
          hasProcesses: true,
          note: 'Each model is an API with a process of its own.',
          infer: { path: '/models/{model}/predict' },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
