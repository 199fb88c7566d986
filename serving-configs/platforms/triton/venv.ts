import type { PlatformVenv, VenvFacts } from '../../runtimes/venv/venv-facts.ts';

const server = {
  environment: 'triton',
  // The server inside that package, of October 2024, and the only one of its backends that comes with it.
  software: { name: 'Triton', package: 'nvidia-pytriton', version: '2.51.0, python backend' },
  real: true,
  note: 'The real server, release 24.10, but the model runs in ONNX Runtime behind its python backend: no package brings its own backends.',
  files: { 'models/{model}/1/model.py': 'model.py', 'models/{model}/config.pbtxt': 'config.pbtxt' },
  command: [
    '{python}',
    '{here}/start.py',
    '{work}',
    '--http-address=127.0.0.1',
    '--http-port={restPort}',
    '--grpc-address=127.0.0.1',
    '--grpc-port={grpcPort}',
    '--metrics-address=127.0.0.1',
    '--metrics-port={port:metrics}',
    // As in the container: nothing is added to the model's configuration.
    '--disable-auto-complete-config',
    '--strict-readiness=true',
    '--exit-on-error=true',
    '--backend-config=python,shm-region-prefix-name={run}-',
  ],
  ports: ['metrics'],
  ready: { port: 'rest', path: '/v2/health/ready' },
  // It takes 4 s for a clean end, whatever it serves.
  stop: { signal: 'process', graceSeconds: 15 },
  // The name of the second one cannot be chosen. It is not used, so that one which starts meanwhile may lose it.
  leaves: ['/dev/shm/{run}-*', '/tmp/python_env_??????'],
  // Its own is a backend that is compiled at the start.
  noopEngine: { needs: ['c++'] },
} as const satisfies VenvFacts;

/** With a user's model it would be one server three times. */
const ofImages = {
  ...server,
  noUsersModel: 'no package brings its backend, and in its place the model is triton_onnx',
} as const satisfies VenvFacts;

export default {
  triton_pytorch: ofImages,
  triton_tensorflow: ofImages,
  triton_onnx: server,
  triton_tensorrt: { impossible: 'it needs a GPU of NVIDIA, and no package brings its backend' },
} as const satisfies PlatformVenv;
