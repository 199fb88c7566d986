import type { PlatformManifest } from '../manifest.ts';

export default {
  torchserve: {
    title: 'TorchServe',
    version: '0.12.0',
    rest: { port: 8080 },
    health: { port: 8080, path: '/ping' },
    metrics: { port: 8082, path: '/metrics' },
    model: { name: 'resnet-50', family: 'torch', layout: 'NCHW', output: 'probabilities' },
    payloads: { image: ['raw'], tensor: ['raw'] },
    defaultPayload: 'image',
    startTimeoutSeconds: 120,
  },
} as const satisfies PlatformManifest;
