import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

const model = {
  layout: 'NCHW',
  output: 'logits',
  tensors: { input: 'input', output: 'output' },
} as const;

/** As large as a body over HTTP may be. The defaults are 8 MiB. */
const grpcLimits = [
  '--grpc_max_receive_message_length=536870912',
  '--grpc_max_send_message_length=536870912',
] as const;

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    kserve: {
      title: 'KServe',
      version: '0.21.0',
      inStudy: 'no',
      isChosenToday: true,
      checkedAgainst: 'KServe 0.21.0',
      rest: {
        port: 8080,
        payloads: { tensor: ['binary', 'json'] },
        defaultPayload: 'tensor',
        tensors: ['binary', 'json'],
      },
      grpc: {
        port: 8081,
        payloads: { tensor: ['raw'] },
        defaultPayload: 'tensor',
        tensors: ['raw'],
      },
      health: { port: 8080, path: '/v2/health/ready' },
      metrics: { port: 8080, path: '/metrics' },
      statistics: { port: 8080, path: '/metrics' },
      model: { ...model, name },
      usage: {
        packaging: 'none (an application)',
        batching: 'none',
        severalModels: 'coded',
        versions: 'none',
        call: `curl --json @cat.json localhost:8080/v2/models/${name}/infer`,
        lastRelease: {
          version: '0.21.0',
          date: '2026-09-25',
          source: 'https://github.com/kserve/kserve/releases',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/kserve/kserve',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: {
          none: 'its SDK pickles the loaded model for further workers, which ONNX Runtime does not allow',
        },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
          provedBy: 'the CPU time of its threads',
        },
        maxBatch: { none: 'its SDK has none; its batcher is another container in the cluster' },
        batchDelayMs: { none: 'no batches' },
      },
      startTimeoutSeconds: 120,
      container: {
        image: {
          dockerfile: 'runtimes/images/Dockerfile',
          arguments: { ENVIRONMENT: 'python', PLATFORM: 'kserve' },
        },
        command: [
          'python',
          '/serving/kserve/container/serve.py',
          '--http_port=8080',
          '--grpc_port=8081',
          '--workers=1',
          ...grpcLimits,
        ],
        application: { file: '/models/model.onnx' },
        models: { folder: 'kserve', files: ['model.onnx'] },
        ready: { port: 8080, path: `/v2/models/${name}/ready` },
      },
      venv: {
        environment: 'python',
        software: { name: 'KServe', package: 'kserve' },
        real: true,
        command: [
          '{python}',
          '{here}/app.py',
          '--http_port={restPort}',
          '--grpc_port={grpcPort}',
          '--workers=1',
          ...grpcLimits,
        ],
        ready: { port: 'rest', path: '/v2/models/{model}/ready' },
        stop: { signal: 'process', graceSeconds: 10 },
        manyModels: {
          how: 'coded',
          note: 'Its API loads nothing unless the application says how: ours does, in the event loop that also answers.',
          load: {
            rest: { port: 'rest', method: 'POST', path: '/v2/repository/models/{model}/load' },
          },
          unload: {
            rest: { port: 'rest', method: 'POST', path: '/v2/repository/models/{model}/unload' },
          },
          ready: { port: 'rest', method: 'GET', path: '/v2/models/{model}/ready' },
          list: { port: 'rest', method: 'GET', path: '/v2/models', listKey: 'models' },
          infer: { path: '/v2/models/{model}/infer' },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
