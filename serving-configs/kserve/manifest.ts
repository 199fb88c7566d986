import type { PlatformManifest } from '../manifest.ts';

export default {
  kserve: {
    title: 'KServe',
    version: '0.21.0',
    inStudy: 'no',
    checkedAgainst: 'KServe 0.21.0',
    rest: { port: 8080, payloads: { tensor: ['binary', 'json'] }, defaultPayload: 'tensor' },
    grpc: { port: 8081, payloads: { tensor: ['raw'] }, defaultPayload: 'tensor' },
    health: { port: 8080, path: '/v2/health/ready' },
    metrics: { port: 8080, path: '/metrics' },
    statistics: { port: 8080, path: '/metrics' },
    model: {
      name: 'resnet-50',
      family: 'torch',
      layout: 'NCHW',
      output: 'logits',
      tensors: { input: 'input', output: 'output' },
    },
    startTimeoutSeconds: 120,
  },
} as const satisfies PlatformManifest;
