import type { PlatformManifest } from '../manifest.ts';

export default {
  flask: {
    title: 'Flask',
    version: '3.1.3 with gunicorn 27.0.1',
    inStudy: 'described',
    rest: {
      port: 8080,
      payloads: { image: ['raw'], tensor: ['raw'] },
      defaultPayload: 'image',
    },
    health: { port: 8080, path: '/healthz' },
    model: { name: 'resnet-50', family: 'torch', layout: 'NCHW', output: 'probabilities' },
    startTimeoutSeconds: 120,
  },
} as const satisfies PlatformManifest;
