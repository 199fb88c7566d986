import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  kserve: {
    environment: 'python',
    software: { name: 'KServe', package: 'kserve' },
    real: true,
    command: [
      '{python}',
      '{here}/app.py',
      '--http_port={restPort}',
      '--grpc_port={grpcPort}',
      '--workers=1',
    ],
    ready: { port: 'rest', path: '/v2/models/{model}/ready' },
    stop: { signal: 'process', graceSeconds: 10 },
  },
} as const satisfies PlatformVenv;
