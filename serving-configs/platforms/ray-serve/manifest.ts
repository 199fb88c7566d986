import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    ray_serve: {
      title: 'Ray Serve',
      version: '2.60.0',
      inStudy: 'no',
      isChosenToday: true,
      checkedAgainst: 'Ray Serve 2.60.0',
      rest: {
        port: 8000,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        tensors: ['binary', 'json'],
      },
      // Health of the application; `/-/healthz` of the platform is good about two seconds before the model is ready.
      health: { port: 8000, path: '/predict/healthz' },
      model: { name, layout: 'NCHW', output: 'probabilities' },
      usage: {
        packaging: 'none (an application, serve.yaml)',
        batching: 'coded',
        severalModels: 'configured',
        versions: 'none',
        otherMetrics: 'of the whole cluster, up to ten seconds old',
        call: 'curl --data-binary @cat.jpg localhost:8000/predict',
        lastRelease: {
          version: '2.60.0',
          date: '2026-11-04',
          source: 'https://github.com/ray-project/ray/releases',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/ray-project/ray',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: {
          key: 'num_replicas of @serve.deployment',
          default: '1',
          provedBy: 'the process list',
        },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'num_cpus of the replica, which is 1',
          provedBy: 'the CPU time of its threads',
        },
        maxBatch: {
          key: 'max_batch_size of @serve.batch',
          default: 'none: batches are off',
          provedBy: 'the batches that the model gets',
        },
        batchDelayMs: {
          key: 'batch_wait_timeout_s of @serve.batch',
          default: '0.01',
          provedBy: 'the batches that the model gets',
        },
      },
      startTimeoutSeconds: 180,
      container: {
        image: {
          dockerfile: 'runtimes/images/Dockerfile',
          arguments: { ENVIRONMENT: 'workers', PLATFORM: 'ray-serve' },
        },
        command: ['serve', 'run', '/serving/ray-serve/container/serve.yaml'],
        environment: {
          RAY_USAGE_STATS_ENABLED: '0',
          // The default share of the memory would exceed the shared memory, and the store would move to the disk.
          RAY_DEFAULT_OBJECT_STORE_MAX_MEMORY_BYTES: '500000000',
        },
        application: { file: '/models/model.onnx' },
        models: { folder: 'ray-serve', files: ['model.onnx'] },
        // For the object store.
        sharedMemory: '2g',
      },
      venv: {
        environment: 'workers',
        software: { name: 'Ray Serve', package: 'ray' },
        real: true,
        command: ['{python}', '{here}/app.py', '{restPort}', '{work}/ray'],
        variables: {
          RAY_USAGE_STATS_ENABLED: '0',
          // Otherwise its processes listen on all interfaces.
          RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER: '0',
        },
        ready: { port: 'rest', path: '/predict/healthz' },
        stop: { signal: 'process', graceSeconds: 20 },
        manyModels: {
          how: 'on-demand',
          note: 'A replica loads a model at the first request to it. By its default, it keeps the last 3; here, all.',
          infer: { path: '/predict', headers: { serve_multiplexed_model_id: '{model}' } },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
