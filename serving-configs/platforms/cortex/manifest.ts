import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    cortex: {
      title: 'Cortex (proxy)',
      version: '0.42.1',
      inStudy: 'described',
      checkedAgainst: 'a stand-in with the same limits',
      rest: {
        port: 8888,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        tensors: ['binary', 'json'],
      },
      // Health of the application through the proxy; that of the proxy, on its admin port, does not depend on the model.
      health: { port: 8888, path: '/healthz' },
      metrics: { port: 15_000, path: '/metrics' },
      model: { name, layout: 'NCHW', output: 'probabilities' },
      usage: {
        packaging: 'none (your own image)',
        batching: 'none',
        severalModels: 'none',
        versions: 'none',
        call: 'curl --data-binary @cat.jpg localhost:8888/predict',
        lastRelease: {
          version: '0.42.1',
          date: '2022-09-23',
          source: 'https://github.com/cortexlabs/cortex/releases/tag/v0.42.1',
        },
        maintained: {
          state: 'no',
          because: 'its README says so',
          source: 'https://github.com/cortexlabs/cortex',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: { none: 'replicas are pods of its cluster' },
        threads: { none: 'only its stand-in runs here' },
        maxBatch: { none: 'its proxy passes requests on one by one' },
        batchDelayMs: { none: 'no batches' },
      },
      startTimeoutSeconds: 120,
      container: {
        image: {
          dockerfile: 'platforms/cortex/Dockerfile',
          builtOn: { argument: 'APPLICATION_IMAGE', serving: 'flask' },
        },
        command: ['/serving/cortex/start.sh'],
        application: { file: '/models/model.onnx' },
        models: { folder: 'cortex', files: ['model.onnx'] },
      },
      venv: {
        environment: 'python',
        software: { name: "Stand-in for Cortex's proxy before Flask", package: 'flask' },
        real: false,
        note: "Not Cortex's proxy, which is built from its source and needs AWS credentials, but a program of ours with the same limits and refusals, in Node instead of Go, in front of the real Flask application.",
        command: [
          '/bin/sh',
          '{here}/start.sh',
          '{bin}/gunicorn',
          '{here}/../../flask/venv',
          '{port:application}',
          '{node}',
          '{here}/proxy.js',
          '{restPort}',
          '{port:admin}',
        ],
        ports: ['application', 'admin'],
        ready: { port: 'rest', path: '/healthz' },
        stop: { signal: 'group', graceSeconds: 10 },
      },
    },
  } as const satisfies PlatformManifest;
};
