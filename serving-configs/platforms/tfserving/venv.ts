import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  tfserving: {
    environment: 'python',
    software: {
      name: 'Stand-in for TensorFlow Serving',
      package: 'grpcio',
      version: '(tensorflow-serving-api 2.21.0)',
    },
    real: false,
    note: 'A stand-in, not TensorFlow Serving, which no package carries: a program of ours on the official protobuf descriptors. It proves what is encoded and decoded, and nothing about speed, batching or limits.',
    command: ['{python}', '{here}/peer.py', '{restPort}', '{grpcPort}'],
    ready: { port: 'rest', path: '/v1/models/{model}', holds: '"AVAILABLE"' },
    stop: { signal: 'process', graceSeconds: 10 },
  },
} as const satisfies PlatformVenv;
