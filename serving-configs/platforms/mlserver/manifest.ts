import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    mlserver: {
      title: 'MLServer',
      version: '1.7.1',
      inStudy: 'no',
      checkedAgainst: 'MLServer 1.7.1',
      // No binary tensors over REST.
      rest: {
        port: 8080,
        payloads: { tensor: ['json'] },
        defaultPayload: 'tensor',
        tensors: ['json'],
      },
      grpc: {
        port: 8081,
        payloads: { tensor: ['raw'] },
        defaultPayload: 'tensor',
        tensors: ['raw'],
      },
      health: { port: 8080, path: '/v2/health/ready' },
      metrics: { port: 8082, path: '/metrics' },
      statistics: { port: 8082, path: '/metrics' },
      model: {
        name,
        layout: 'NCHW',
        output: 'logits',
        tensors: { input: 'input', output: 'output' },
      },
      usage: {
        packaging: 'none (a folder with model-settings.json)',
        batching: 'configured',
        severalModels: 'configured',
        versions: 'configured',
        call: `curl --json @cat.json localhost:8080/v2/models/${name}/infer`,
        lastRelease: {
          version: '1.7.1',
          date: '2025-06-06',
          source: 'https://github.com/SeldonIO/MLServer/releases',
        },
        maintained: {
          state: 'hardly',
          because: 'last change on 2025-12-18',
          source: 'https://github.com/SeldonIO/MLServer',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: {
          key: 'parallel_workers in settings.json (0 for one instance, in the process of the server)',
          default: '1',
          provedBy: 'the process list',
        },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
          provedBy: 'the CPU time of its threads',
        },
        maxBatch: {
          key: 'max_batch_size in model-settings.json',
          default: '0: batches are off',
          provedBy: 'the batches that the model gets',
        },
        batchDelayMs: {
          key: 'max_batch_time in model-settings.json, in seconds',
          default: '0: batches are off',
          least: 1,
          provedBy: 'the batches that the model gets',
        },
      },
      startTimeoutSeconds: 120,
      container: {
        image: { dockerfile: 'platforms/mlserver/Dockerfile' },
        command: ['mlserver', 'start', '/serving/mlserver'],
        config: { 'container/settings.json.in': '/serving/mlserver/settings.json' },
        application: { file: '/models/model.onnx' },
        models: {
          folder: 'mlserver',
          files: ['model.onnx'],
          templates: {
            'venv/model-settings.json.in': '/serving/mlserver/model/model-settings.json',
          },
        },
        ready: { port: 8080, path: `/v2/models/${name}/ready` },
      },
      venv: {
        environment: 'mlserver',
        software: { name: 'MLServer', package: 'mlserver' },
        real: true,
        note: 'One instance computes in the process of the server; several are worker processes, to which each tensor is pickled. Answers are not compressed.',
        files: {
          'models/settings.json': 'settings.json.in',
          'models/{model}/model-settings.json': 'model-settings.json.in',
        },
        command: ['{bin}/mlserver', 'start', '{work}/models'],
        variables: { PYTHONPATH: '{here}:{common}' },
        ports: ['metrics'],
        ready: { port: 'rest', path: '/v2/models/{model}/ready' },
        stop: { signal: 'process', graceSeconds: 10 },
        manyModels: {
          how: 'api',
          load: {
            rest: { port: 'rest', method: 'POST', path: '/v2/repository/models/{model}/load' },
          },
          unload: {
            rest: { port: 'rest', method: 'POST', path: '/v2/repository/models/{model}/unload' },
          },
          ready: { port: 'rest', method: 'GET', path: '/v2/models/{model}/ready' },
          list: {
            port: 'rest',
            method: 'POST',
            path: '/v2/repository/index',
            body: '{"ready":true}',
            nameKey: 'name',
          },
          infer: { path: '/v2/models/{model}/infer' },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
