import type { PlatformManifest } from '../manifest.ts';

export default {
  mms: {
    title: 'Multi Model Server',
    version: '1.1.11',
    inStudy: 'described',
    checkedAgainst: 'Multi Model Server 1.1.11',
    rest: {
      port: 8080,
      payloads: { image: ['raw'], tensor: ['raw'] },
      defaultPayload: 'image',
    },
    health: { port: 8080, path: '/ping' },
    model: { name: 'resnet-50', family: 'torch', layout: 'NCHW', output: 'probabilities' },
    startTimeoutSeconds: 120,
    container: {
      command: ['/serving/mms/start.sh'],
      models: { folder: 'mms', mountedAt: '/models', files: ['model.onnx'] },
      // Health and the state of its workers say that all is well from the start on.
      ready: { port: 8080, path: '/predictions/resnet-50', predict: true },
    },
  },
} as const satisfies PlatformManifest;
