import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  flask: {
    environment: 'python',
    software: { name: 'Flask', package: 'flask' },
    real: true,
    command: [
      '{bin}/gunicorn',
      '--bind=127.0.0.1:{restPort}',
      '--workers=1',
      '--worker-class=gthread',
      '--threads=4',
      '--keep-alive=120',
      '--timeout=120',
      '--graceful-timeout=5',
      // It would lie in the home folder, one for all servers of a user.
      '--no-control-socket',
      '--chdir={here}',
      'app:app',
    ],
    ready: { port: 'rest', path: '/healthz' },
    stop: { signal: 'process', graceSeconds: 10 },
  },
} as const satisfies PlatformVenv;
