import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

/** Options of gunicorn, the same from packages and in the container. */
const WORKER_OPTIONS = [
  '--workers={instances}',
  '--worker-class=gthread',
  '--threads=4',
  '--keep-alive=120',
  '--timeout=120',
  '--graceful-timeout=5',
  // The control socket is in the home folder, where all servers of a user would share it.
  '--no-control-socket',
] as const;

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    flask: {
      title: 'Flask',
      version: '3.1.3 with gunicorn 27.0.1',
      inStudy: 'described',
      checkedAgainst: 'Flask 3.1.3',
      rest: {
        port: 8080,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        tensors: ['binary', 'json'],
      },
      health: { port: 8080, path: '/healthz' },
      model: { name, layout: 'NCHW', output: 'probabilities' },
      usage: {
        packaging: 'none (an application)',
        batching: 'none',
        severalModels: 'none',
        versions: 'none',
        call: 'curl --data-binary @cat.jpg localhost:8080/predict',
        lastRelease: {
          version: '3.1.3',
          date: '2026-02-19',
          source: 'https://github.com/pallets/flask/releases',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/pallets/flask',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: { key: '--workers of gunicorn', default: '1', provedBy: 'the process list' },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
          provedBy: 'the CPU time of its threads',
        },
        maxBatch: { none: 'Flask answers one request at a time' },
        batchDelayMs: { none: 'no batches' },
      },
      startTimeoutSeconds: 120,
      container: {
        image: {
          dockerfile: 'runtimes/images/Dockerfile',
          arguments: { ENVIRONMENT: 'python', PLATFORM: 'flask' },
        },
        command: [
          'gunicorn',
          '--bind=0.0.0.0:8080',
          ...WORKER_OPTIONS,
          '--chdir=/serving/flask/venv',
          'app:app',
        ],
        application: { file: '/models/model.onnx' },
        models: { folder: 'flask', files: ['model.onnx'] },
      },
      venv: {
        environment: 'python',
        software: { name: 'Flask', package: 'flask' },
        real: true,
        command: [
          '{bin}/gunicorn',
          '--bind=127.0.0.1:{restPort}',
          ...WORKER_OPTIONS,
          '--chdir={here}',
          'app:app',
        ],
        ready: { port: 'rest', path: '/healthz' },
        stop: { signal: 'process', graceSeconds: 10 },
        manyModels: {
          how: 'coded',
          note: 'A dictionary of models in our application, with routes of ours to load and to unload.',
          load: { rest: { port: 'rest', method: 'PUT', path: '/models/{model}' } },
          unload: { rest: { port: 'rest', method: 'DELETE', path: '/models/{model}' } },
          ready: { port: 'rest', method: 'GET', path: '/models/{model}' },
          list: { port: 'rest', method: 'GET', path: '/models', listKey: 'models' },
          infer: { path: '/models/{model}/predict' },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
