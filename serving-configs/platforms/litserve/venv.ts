import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  litserve: {
    environment: 'workers',
    software: { name: 'LitServe', package: 'litserve' },
    real: true,
    command: ['{python}', '{here}/app.py', '{restPort}'],
    ready: { port: 'rest', path: '/health' },
    // Its children do not hear of the end of their parent.
    stop: { signal: 'group', graceSeconds: 10 },
  },
} as const satisfies PlatformVenv;
