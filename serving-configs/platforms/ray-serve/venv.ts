import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  ray_serve: {
    environment: 'workers',
    software: { name: 'Ray Serve', package: 'ray' },
    real: true,
    command: ['{python}', '{here}/app.py', '{restPort}', '{work}/ray'],
    variables: {
      RAY_USAGE_STATS_ENABLED: '0',
      // As on a desktop: else its processes listen on all interfaces.
      RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER: '0',
    },
    // The application's own: the platform's is up before it.
    ready: { port: 'rest', path: '/predict/healthz' },
    stop: { signal: 'process', graceSeconds: 20 },
  },
} as const satisfies PlatformVenv;
