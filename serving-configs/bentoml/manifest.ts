import type { PlatformManifest } from '../manifest.ts';

export default {
  bentoml: {
    title: 'BentoML',
    version: '1.4.40',
    inStudy: 'described',
    checkedAgainst: 'BentoML 1.4.40',
    rest: {
      port: 3000,
      payloads: { image: ['raw'], tensor: ['raw'] },
      defaultPayload: 'image',
    },
    health: { port: 3000, path: '/readyz' },
    metrics: { port: 3000, path: '/metrics' },
    statistics: { port: 3000, path: '/metrics' },
    model: { name: 'resnet-50', family: 'torch', layout: 'NCHW', output: 'probabilities' },
    startTimeoutSeconds: 120,
    // The image is that of ../predict-route/Dockerfile.
    container: {
      command: [
        'bentoml',
        'serve',
        'service:ResNet50',
        '--working-dir=/serving/bentoml',
        '--host=0.0.0.0',
        '--port=3000',
      ],
      environment: { BENTOML_DO_NOT_TRACK: 'True' },
      models: { folder: 'bentoml', mountedAt: '/models', files: ['model.onnx'] },
    },
  },
} as const satisfies PlatformManifest;
