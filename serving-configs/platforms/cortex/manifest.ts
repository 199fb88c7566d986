import type { PlatformManifest } from '../../manifest.ts';

export default {
  cortex: {
    title: 'Cortex (proxy)',
    version: '0.42.1',
    inStudy: 'described',
    checkedAgainst: 'a stand-in with the same limits',
    rest: {
      port: 8888,
      payloads: { image: ['raw'], tensor: ['raw'] },
      defaultPayload: 'image',
    },
    // The application's, through the proxy: the one of the proxy, on its admin port, need not know of the model.
    health: { port: 8888, path: '/healthz' },
    metrics: { port: 15_000, path: '/metrics' },
    model: { name: 'resnet-50', family: 'torch', layout: 'NCHW', output: 'probabilities' },
    startTimeoutSeconds: 120,
    container: {
      image: {
        dockerfile: 'platforms/cortex/Dockerfile',
        builtOn: { argument: 'APPLICATION_IMAGE', serving: 'flask' },
      },
      command: ['/serving/cortex/start.sh'],
      application: { file: '/models/model.onnx', labels: '/serving/imagenet-labels.json' },
      models: { folder: 'cortex', mountedAt: '/models', files: ['model.onnx'] },
    },
  },
} as const satisfies PlatformManifest;
