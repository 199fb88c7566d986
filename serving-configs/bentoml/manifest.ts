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
    container: {
      image: {
        dockerfile: 'predict-route/Dockerfile',
        arguments: { ENVIRONMENT: 'python', PLATFORM: 'bentoml' },
      },
      command: ['bentoml', 'serve', '/models/resnet-50', '--host=0.0.0.0', '--port=3000'],
      environment: { BENTOML_DO_NOT_TRACK: 'True' },
      models: {
        folder: 'bentoml',
        mountedAt: '/models',
        files: ['resnet-50/src/model.onnx', 'resnet-50/bento.yaml'],
        packed: {
          as: 'folder',
          name: 'resnet-50',
          model: 'src/model.onnx',
          files: {
            'bento.yaml': 'container/bento.yaml',
            'src/service.py': 'venv/service.py',
            'src/served_model.py': '../venv/python/served_model.py',
            'src/picture.py': '../venv/python/picture.py',
            'src/normalise.py': '../venv/python/normalise.py',
          },
        },
      },
    },
  },
} as const satisfies PlatformManifest;
