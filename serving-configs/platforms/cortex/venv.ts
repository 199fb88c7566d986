import type { PlatformVenv } from '../../runtimes/venv/venv-facts.ts';

export default {
  cortex: {
    environment: 'python',
    software: { name: "Stand-in for Cortex's proxy before Flask", package: 'flask' },
    real: false,
    note: "Not Cortex's proxy, which is built from its source and asks for AWS credentials: a program of ours with the same limits and refusals, in Node instead of Go, before the real Flask application.",
    command: [
      '/bin/sh',
      '{here}/start.sh',
      '{bin}/gunicorn',
      '{here}/../../flask/venv',
      '{port:application}',
      '{node}',
      '{here}/proxy.js',
      '{restPort}',
      '{port:admin}',
    ],
    ports: ['application', 'admin'],
    // The application's, through the proxy.
    ready: { port: 'rest', path: '/healthz' },
    stop: { signal: 'group', graceSeconds: 10 },
  },
} as const satisfies PlatformVenv;
