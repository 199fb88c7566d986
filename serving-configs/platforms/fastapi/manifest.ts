import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

/** Options of uvicorn, the same from packages and in the container. */
const SERVER_OPTIONS = [
  '--workers={instances}',
  '--timeout-keep-alive=120',
  '--timeout-graceful-shutdown=5',
  '--log-level=warning',
  '--no-access-log',
] as const;

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    fastapi: {
      title: 'FastAPI',
      version: '0.165.0 with uvicorn 0.54.0',
      inStudy: 'no',
      isChosenToday: true,
      checkedAgainst: 'FastAPI 0.165.0',
      rest: {
        port: 8000,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        tensors: ['binary', 'json'],
      },
      health: { port: 8000, path: '/healthz' },
      model: { name, layout: 'NCHW', output: 'probabilities' },
      usage: {
        packaging: 'none (an application)',
        batching: 'none',
        severalModels: 'none',
        versions: 'none',
        call: 'curl --data-binary @cat.jpg localhost:8000/predict',
        lastRelease: {
          version: '0.165.0',
          date: '2026-11-18',
          source: 'https://pypi.org/project/fastapi/',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/fastapi/fastapi',
        },
        readOn: '2026-12-03',
      },
      settings: {
        instances: { key: '--workers of uvicorn', default: '1', provedBy: 'the process list' },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
        },
        maxBatch: { none: 'FastAPI answers each request by itself' },
        batchDelayMs: { none: 'no batches' },
      },
      startTimeoutSeconds: 120,
      container: {
        image: {
          dockerfile: 'runtimes/images/Dockerfile',
          arguments: { ENVIRONMENT: 'python', PLATFORM: 'fastapi' },
        },
        command: [
          'uvicorn',
          '--host=0.0.0.0',
          '--port=8000',
          ...SERVER_OPTIONS,
          '--app-dir=/serving/fastapi/venv',
          'app:app',
        ],
        application: { file: '/models/model.onnx' },
        models: { folder: 'fastapi', files: ['model.onnx'] },
      },
      venv: {
        environment: 'python',
        software: { name: 'FastAPI', package: 'fastapi' },
        real: true,
        command: [
          '{bin}/uvicorn',
          '--host=127.0.0.1',
          '--port={restPort}',
          ...SERVER_OPTIONS,
          '--app-dir={here}',
          'app:app',
        ],
        ready: { port: 'rest', path: '/healthz' },
        stop: { signal: 'process', graceSeconds: 10 },
        manyModels: {
          how: 'restart',
          note: 'One process holds all models; the application opens them when it starts.',
          infer: { path: '/models/{model}/predict' },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
