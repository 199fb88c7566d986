import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  bentoml: {
    environment: 'python',
    software: { name: 'BentoML', package: 'bentoml' },
    real: true,
    command: [
      '{bin}/bentoml',
      'serve',
      'service:ResNet50',
      '--working-dir={here}',
      '--host=127.0.0.1',
      '--port={restPort}',
    ],
    variables: { BENTOML_HOME: '{work}/bentoml', BENTOML_DO_NOT_TRACK: 'True' },
    ready: { port: 'rest', path: '/readyz' },
    stop: { signal: 'process', graceSeconds: 10 },
  },
} as const satisfies PlatformVenv;
