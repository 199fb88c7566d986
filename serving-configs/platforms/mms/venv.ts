import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  mms: {
    environment: 'jvm',
    needs: ['java'],
    software: { name: 'Multi Model Server', package: 'multi-model-server' },
    real: true,
    note: 'The real server and its real worker; the service computes in ONNX Runtime instead of MXNet.',
    files: {
      'mms.properties': 'mms.properties',
      'store/{model}/MAR-INF/MANIFEST.json': 'MANIFEST.json',
      'store/{model}/handler.py': '../../torchserve/venv/handler.py',
    },
    command: [
      'java',
      '-Xmx512m',
      '-Dmodel_server_home={packages}',
      '-Djava.io.tmpdir={work}/tmp',
      '-cp',
      '.:{packages}/mms/frontend/*',
      'com.amazonaws.ml.mms.ModelServer',
      '--python',
      '{python}',
      '-f',
      '{work}/mms.properties',
      '-s',
      '{work}/store',
      '-m',
      '{model}={model}',
    ],
    ports: ['management'],
    // Health and the state of its workers say that all is well from the start on.
    ready: { port: 'rest', path: '/predictions/{model}', predict: true },
    // It leaves its workers to themselves.
    stop: { signal: 'group', graceSeconds: 15 },
  },
} as const satisfies PlatformVenv;
