import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  torchserve: {
    environment: 'jvm',
    needs: ['java'],
    software: { name: 'TorchServe', package: 'torchserve' },
    real: true,
    note: 'The real server and its real worker; the handler computes in ONNX Runtime, and an empty module stands for PyTorch, of which the worker uses one type.',
    files: {
      'config.properties': 'config.properties',
      'store/{model}/MAR-INF/MANIFEST.json': 'MANIFEST.json',
      'store/{model}/handler.py': 'handler.py',
    },
    // What `torchserve --start` runs, without its parent, which keeps signals to itself.
    command: [
      'java',
      '-Xmx512m',
      '-Dmodel_server_home={packages}',
      '-Djava.io.tmpdir={work}/tmp',
      '-cp',
      '.:{packages}/ts/frontend/*',
      'org.pytorch.serve.ModelServer',
      '--python',
      '{python}',
      '-f',
      '{work}/config.properties',
      '-s',
      '{work}/store',
      '-ncs',
      '--disable-token-auth',
      '-m',
      '{model}={model}',
    ],
    variables: {
      PYTHONPATH: '{here}/stand-in:{common}',
      LOG_LOCATION: '{work}/logs',
      METRICS_LOCATION: '{work}/logs',
    },
    ports: ['management', 'metrics', 'grpcmanagement'],
    // Its own health says "Healthy" while every worker is dead.
    ready: { port: 'management', path: '/models/{model}', holds: '"status": "READY"' },
    stop: { signal: 'process', graceSeconds: 15 },
  },
} as const satisfies PlatformVenv;
