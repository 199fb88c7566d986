import type { PlatformManifest } from '../manifest.ts';

export default {
  ray_serve: {
    title: 'Ray Serve',
    version: '2.60.0',
    inStudy: 'no',
    rest: {
      port: 8000,
      payloads: { image: ['raw'], tensor: ['raw'] },
      defaultPayload: 'image',
    },
    // The application's own: the platform's `/-/healthz` is up about two seconds before the model.
    health: { port: 8000, path: '/predict/healthz' },
    model: { name: 'resnet-50', family: 'torch', layout: 'NCHW', output: 'probabilities' },
    startTimeoutSeconds: 180,
  },
} as const satisfies PlatformManifest;
