import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  mlserver: {
    environment: 'mlserver',
    software: { name: 'MLServer', package: 'mlserver' },
    real: true,
    note: 'No worker processes of its own, so that no tensor is pickled into another one, and answers are not compressed.',
    files: {
      'models/settings.json': 'settings.json.in',
      'models/{model}/model-settings.json': 'model-settings.json.in',
    },
    command: ['{bin}/mlserver', 'start', '{work}/models'],
    variables: { PYTHONPATH: '{here}:{common}' },
    ports: ['metrics'],
    ready: { port: 'rest', path: '/v2/models/{model}/ready' },
    stop: { signal: 'process', graceSeconds: 10 },
  },
} as const satisfies PlatformVenv;
