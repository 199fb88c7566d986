import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

const model = {
  layout: 'NCHW',
  output: 'probabilities',
} as const;

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  /** The application and the model, whichever it is. */
  const pack = {
    name,
    model: 'src/model.onnx',
    files: {
      'bento.yaml': 'container/bento.yaml',
      'src/service.py': 'venv/service.py',
      'src/served_model.py': '../../runtimes/venv/python/served_model.py',
      'src/named_tensors.py': '../../runtimes/venv/python/named_tensors.py',
      'src/decode_image.py': '../../runtimes/venv/python/decode_image.py',
      'src/normalise.py': '../../runtimes/venv/python/normalise.py',
    },
  } as const;
  return {
    bentoml: {
      title: 'BentoML',
      version: '1.4.40',
      inStudy: 'described',
      isChosenToday: true,
      checkedAgainst: 'BentoML 1.4.40',
      rest: {
        port: 3000,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        tensors: ['binary', 'json'],
      },
      health: { port: 3000, path: '/readyz' },
      metrics: { port: 3000, path: '/metrics' },
      statistics: { port: 3000, path: '/metrics' },
      model: { ...model, name },
      usage: {
        packaging: 'bentoml build (a Bento)',
        batching: 'coded',
        severalModels: 'coded',
        versions: 'none',
        call: 'curl -H content-type:image/jpeg --data-binary @cat.jpg localhost:3000/predict',
        lastRelease: {
          version: '1.4.40',
          date: '2026-10-23',
          source: 'https://github.com/bentoml/BentoML/releases',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/bentoml/BentoML',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: {
          key: 'workers of @bentoml.service',
          default: '1',
          provedBy: 'the process list',
        },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
          provedBy: 'the CPU time of its threads',
        },
        maxBatch: {
          key: 'max_batch_size of @bentoml.api',
          default: 'none: batches are off',
          provedBy: 'the batches that the model gets',
        },
        batchDelayMs: { none: 'it learns from its traffic how long to wait' },
      },
      startTimeoutSeconds: 120,
      container: {
        image: {
          dockerfile: 'runtimes/images/Dockerfile',
          arguments: { ENVIRONMENT: 'python', PLATFORM: 'bentoml' },
        },
        command: ['bentoml', 'serve', `/models/${name}`, '--host=0.0.0.0', '--port=3000'],
        environment: { BENTOML_DO_NOT_TRACK: 'True' },
        application: { file: `/models/${name}/src/model.onnx` },
        models: {
          folder: 'bentoml',
          files: [`${name}/src/model.onnx`, `${name}/bento.yaml`],
          packs: { built: pack, given: pack },
        },
      },
      venv: {
        environment: 'python',
        software: { name: 'BentoML', package: 'bentoml' },
        real: true,
        command: [
          '{bin}/bentoml',
          'serve',
          'service:ResNet50',
          '--working-dir={here}',
          '--host=127.0.0.1',
          '--port={restPort}',
        ],
        variables: { BENTOML_HOME: '{work}/bentoml', BENTOML_DO_NOT_TRACK: 'True' },
        ready: { port: 'rest', path: '/readyz' },
        stop: { signal: 'process', graceSeconds: 10 },
        manyModels: {
          how: 'restart',
          note: 'One process holds all models; the service opens them when it starts, and a header of ours names one.',
          infer: { path: '/predict_with', headers: { model: '{model}' } },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
