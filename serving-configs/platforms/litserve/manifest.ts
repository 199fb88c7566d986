import type { PlatformManifest } from '../../manifest.ts';

export default {
  litserve: {
    title: 'LitServe',
    version: '0.2.19',
    inStudy: 'no',
    checkedAgainst: 'LitServe 0.2.19',
    rest: {
      port: 8000,
      payloads: { image: ['form'], tensor: ['form'] },
      defaultPayload: 'image',
    },
    health: { port: 8000, path: '/health' },
    model: { name: 'resnet-50', family: 'torch', layout: 'NCHW', output: 'probabilities' },
    startTimeoutSeconds: 120,
    container: {
      image: {
        dockerfile: 'runtimes/images/Dockerfile',
        arguments: { ENVIRONMENT: 'workers', PLATFORM: 'litserve' },
      },
      command: ['python', '/serving/litserve/container/serve.py'],
      application: { file: '/models/model.onnx', labels: '/serving/imagenet-labels.json' },
      models: { folder: 'litserve', mountedAt: '/models', files: ['model.onnx'] },
    },
  },
} as const satisfies PlatformManifest;
