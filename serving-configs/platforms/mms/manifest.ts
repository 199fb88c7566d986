import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  /** The application and the model, whichever it is. */
  const pack = {
    name: `${name}.mar`,
    model: 'model.onnx',
    files: {
      'MAR-INF/MANIFEST.json': 'container/MANIFEST.json',
      'handler.py': '../torchserve/venv/handler.py',
      'served_model.py': '../../runtimes/venv/python/served_model.py',
      'named_tensors.py': '../../runtimes/venv/python/named_tensors.py',
      'decode_image.py': '../../runtimes/venv/python/decode_image.py',
      'normalise.py': '../../runtimes/venv/python/normalise.py',
    },
    labels: 'labels.txt',
  } as const;
  return {
    mms: {
      title: 'Multi Model Server',
      version: '1.1.11',
      inStudy: 'described',
      checkedAgainst: 'Multi Model Server 1.1.11',
      rest: {
        port: 8080,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        tensors: ['binary', 'json'],
      },
      health: { port: 8080, path: '/ping' },
      model: { name, layout: 'NCHW', output: 'probabilities' },
      usage: {
        packaging: 'model-archiver (a .mar file)',
        batching: 'configured',
        severalModels: 'configured',
        versions: 'none',
        otherMetrics: 'in its log',
        call: `curl -T cat.jpg localhost:8080/predictions/${name}`,
        lastRelease: {
          version: '1.1.11',
          date: '2023-06-20',
          source: 'https://github.com/awslabs/multi-model-server/releases',
        },
        maintained: {
          state: 'no',
          because: 'last change on 2024-05-20',
          source: 'https://github.com/awslabs/multi-model-server',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: {
          key: 'default_workers_per_model in its properties',
          default: 'one per core',
          provedBy: 'the process list',
        },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
          provedBy: 'the CPU time of its threads',
        },
        maxBatch: { none: 'only its management API sets it, for each registration' },
        batchDelayMs: { none: 'no batches' },
      },
      startTimeoutSeconds: 120,
      container: {
        command: ['/serving/mms/start.sh', name],
        config: { 'container/mms.properties': '/serving/mms/mms.properties' },
        image: { dockerfile: 'platforms/mms/Dockerfile' },
        // Relative to the folder of the model, which is the working directory of the worker.
        application: { file: 'model.onnx', labels: 'labels.txt' },
        models: {
          folder: 'mms',
          files: [`${name}.mar/MAR-INF/MANIFEST.json`, `${name}.mar/model.onnx`],
          packs: { built: pack, given: pack },
        },
        // Health and the state of the workers are good from the start, so a prediction is needed.
        ready: { port: 8080, path: `/predictions/${name}`, predict: true },
      },
      venv: {
        environment: 'jvm',
        needs: ['java'],
        software: { name: 'Multi Model Server', package: 'multi-model-server' },
        real: true,
        note: 'The real server and its real worker; the service computes in ONNX Runtime instead of MXNet.',
        files: {
          'mms.properties': 'mms.properties',
          'store/{model}/MAR-INF/MANIFEST.json': 'MANIFEST.json',
          'store/{model}/handler.py': '../../torchserve/venv/handler.py',
        },
        command: [
          'java',
          '-Xmx512m',
          '-Dmodel_server_home={packages}',
          '-Djava.io.tmpdir={work}/tmp',
          '-cp',
          '.:{packages}/mms/frontend/*',
          'com.amazonaws.ml.mms.ModelServer',
          '--python',
          '{python}',
          '-f',
          '{work}/mms.properties',
          '-s',
          '{work}/store',
          '-m',
          '{model}={model}',
        ],
        ports: ['management'],
        // As in the container.
        ready: { port: 'rest', path: '/predictions/{model}', predict: true },
        // It does not stop its workers.
        stop: { signal: 'group', graceSeconds: 15 },
        manyModels: {
          how: 'api',
          hasProcesses: true,
          note: 'Each model is a process.',
          load: {
            rest: {
              port: 'management',
              method: 'POST',
              path: '/models?url={model}&model_name={model}&initial_workers=1&synchronous=true',
            },
          },
          unload: { rest: { port: 'management', method: 'DELETE', path: '/models/{model}' } },
          ready: {
            port: 'management',
            method: 'GET',
            path: '/models/{model}',
            holds: '"status": "READY"',
          },
          list: {
            port: 'management',
            method: 'GET',
            path: '/models?limit=100',
            listKey: 'models',
            nameKey: 'modelName',
            nextKey: 'nextPageToken',
            nextParameter: 'next_page_token',
          },
          infer: { path: '/predictions/{model}' },
        },
      },
    },
  } as const satisfies PlatformManifest;
};
