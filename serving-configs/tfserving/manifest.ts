import type { PlatformManifest } from '../manifest.ts';

export default {
  tfserving: {
    title: 'TensorFlow Serving',
    version: '2.19.1',
    rest: { port: 8501 },
    health: { port: 8501, path: '/v1/models/resnet-50' },
    metrics: { port: 8501, path: '/monitoring/prometheus/metrics' },
    model: { name: 'resnet-50', family: 'keras', layout: 'NHWC', output: 'probabilities' },
    payloads: { image: ['base64'], tensor: ['json', 'base64'], tensor_fullsize: ['json'] },
    defaultPayload: 'tensor',
    startTimeoutSeconds: 180,
  },
} as const satisfies PlatformManifest;
