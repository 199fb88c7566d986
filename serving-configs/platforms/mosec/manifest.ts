import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

/** Options of Mosec, the same from packages and in the container. */
const SERVER_OPTIONS = [
  // In milliseconds; the default of 3 s would refuse requests that wait behind others.
  '--timeout=60000',
  '--log-level=warning',
] as const;

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    mosec: {
      title: 'Mosec',
      version: '0.9.8',
      inStudy: 'no',
      isChosenToday: true,
      checkedAgainst: 'Mosec 0.9.8',
      rest: {
        port: 8000,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        // Its answers have one media type, whatever the encoding of the request.
        tensors: ['binary'],
      },
      // It opens the port when the first worker has connected.
      health: { port: 8000, path: '/' },
      metrics: { port: 8000, path: '/metrics' },
      statistics: { port: 8000, path: '/metrics' },
      model: { name, layout: 'NCHW', output: 'probabilities' },
      usage: {
        packaging: 'none (an application)',
        batching: 'coded',
        severalModels: 'coded',
        versions: 'none',
        call: 'curl --data-binary @cat.jpg localhost:8000/predict',
        lastRelease: {
          version: '0.9.8',
          date: '2026-10-12',
          source: 'https://pypi.org/project/mosec/',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/mosecorg/mosec',
        },
        readOn: '2026-12-03',
      },
      settings: {
        instances: {
          key: 'num of append_worker',
          default: '1',
          provedBy: 'the process list',
        },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
        },
        maxBatch: {
          key: 'max_batch_size of append_worker',
          default: '1',
          provedBy: 'the batches that the model gets',
        },
        batchDelayMs: {
          key: 'max_wait_time of append_worker, in whole ms',
          default: '10, also for 0',
          least: 1,
          provedBy: 'the batches that the model gets',
        },
      },
      startTimeoutSeconds: 120,
      container: {
        image: {
          dockerfile: 'runtimes/images/Dockerfile',
          arguments: { ENVIRONMENT: 'python', PLATFORM: 'mosec' },
        },
        command: [
          'python',
          '/serving/mosec/venv/app.py',
          '--address=0.0.0.0',
          '--port=8000',
          ...SERVER_OPTIONS,
        ],
        application: { file: '/models/model.onnx' },
        models: { folder: 'mosec', files: ['model.onnx'] },
      },
      venv: {
        environment: 'python',
        software: { name: 'Mosec', package: 'mosec' },
        real: true,
        command: [
          '{python}',
          '{here}/app.py',
          '--address=127.0.0.1',
          '--port={restPort}',
          ...SERVER_OPTIONS,
        ],
        ready: { port: 'rest', path: '/' },
        stop: { signal: 'process', graceSeconds: 10 },
        manyModels: {
          how: 'restart',
          hasProcesses: true,
          note: 'Each model is a route with a process of its own.',
          infer: { path: '/models/{model}/predict' },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
