import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    torchserve: {
      title: 'TorchServe',
      version: '0.12.0',
      inStudy: 'measured',
      checkedAgainst: 'TorchServe 0.12.0',
      rest: {
        port: 8080,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        tensors: ['binary', 'json'],
      },
      grpc: {
        port: 7070,
        payloads: { image: ['raw'], tensor: ['raw'] },
        defaultPayload: 'image',
        tensors: ['raw'],
        bareTensors: true,
      },
      health: { port: 8080, path: '/ping' },
      metrics: { port: 8082, path: '/metrics' },
      statistics: { port: 8082, path: '/metrics' },
      model: { name, layout: 'NCHW', output: 'probabilities' },
      usage: {
        packaging: 'torch-model-archiver (a .mar file)',
        batching: 'configured',
        severalModels: 'configured',
        versions: 'configured',
        call: `curl -T cat.jpg localhost:8080/predictions/${name}`,
        lastRelease: {
          version: '0.12.0',
          date: '2024-09-24',
          source: 'https://github.com/pytorch/serve/releases/tag/v0.12.0',
        },
        maintained: {
          state: 'no',
          archivedOn: '2025-08-07',
          source: 'https://github.com/pytorch/serve',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: {
          key: 'minWorkers and maxWorkers of models in config.properties',
          default: 'one per core',
          provedBy: 'its management API',
        },
        threads: {
          key: 'intra_op_num_threads of ONNX Runtime, in the application',
          default: 'one per physical core',
          provedBy: 'the CPU time of its threads',
        },
        maxBatch: {
          key: 'batchSize of models in config.properties',
          default: '1',
          provedBy: 'its management API',
        },
        batchDelayMs: {
          key: 'maxBatchDelay of models in config.properties',
          default: '100',
          least: 1,
          provedBy: 'its management API',
        },
      },
      startTimeoutSeconds: 120,
      container: {
        image: {
          official: {
            cpu: 'pytorch/torchserve:0.12.0-cpu',
            gpu: 'pytorch/torchserve:0.12.0-gpu',
          },
          standIn: 'TorchServe 0.12.0 from its package on torch 1.13.1',
        },
        // The entry point of the image would keep the container alive after the server has died.
        entrypoint: 'torchserve',
        command: [
          '--start',
          '--foreground',
          // No snapshots, because they would restore the state of an earlier start.
          '--ncs',
          '--model-store=/models',
          `--models=${name}=${name}.mar`,
          '--ts-config=/config.properties',
          '--disable-token-auth',
        ],
        tools: { torchscript: 'python', archive: 'python' },
        // Relative to the archive or the unpacked folder, which is the working directory of a worker.
        application: { file: 'model.pt', labels: 'labels.txt' },
        models: {
          folder: 'torchserve',
          files: [`${name}.mar`],
          packs: {
            given: {
              name: `${name}.mar`,
              model: 'model.pt',
              files: {
                'MAR-INF/MANIFEST.json': 'users/MANIFEST.json',
                'handler.py': 'venv/handler.py',
                'torch_engine.py': 'users/torch_engine.py',
                'served_model.py': '../../runtimes/venv/python/served_model.py',
                'named_tensors.py': '../../runtimes/venv/python/named_tensors.py',
              },
            },
          },
        },
        config: { 'config.properties': '/config.properties' },
        // Its health is "Healthy" even if every worker is dead.
        ready: {
          port: 8081,
          path: `/models/${name}`,
          holds: '"status": "READY"',
          perInstance: true,
        },
      },
      venv: {
        environment: 'jvm',
        needs: ['java'],
        software: { name: 'TorchServe', package: 'torchserve' },
        real: true,
        note: 'The real server and its real worker; the handler computes in ONNX Runtime, and an empty module replaces PyTorch, of which the worker uses one type.',
        files: {
          'config.properties': 'config.properties',
          'store/{model}/MAR-INF/MANIFEST.json': 'MANIFEST.json',
          'store/{model}/handler.py': 'handler.py',
        },
        // The Java process of `torchserve --start` without its parent, which does not forward signals.
        command: [
          'java',
          '-Xmx512m',
          '-Dmodel_server_home={packages}',
          '-Djava.io.tmpdir={work}/tmp',
          '-cp',
          '.:{packages}/ts/frontend/*',
          'org.pytorch.serve.ModelServer',
          '--python',
          '{python}',
          '-f',
          '{work}/config.properties',
          '-s',
          '{work}/store',
          '-ncs',
          '--disable-token-auth',
          '-m',
          '{model}={model}',
        ],
        variables: {
          PYTHONPATH: '{here}/stand-in:{common}',
          LOG_LOCATION: '{work}/logs',
          METRICS_LOCATION: '{work}/logs',
        },
        ports: ['management', 'metrics', 'grpcmanagement'],
        // As in the container.
        ready: {
          port: 'management',
          path: '/models/{model}',
          holds: '"status": "READY"',
          perInstance: true,
        },
        stop: { signal: 'process', graceSeconds: 15 },
        manyModels: {
          how: 'api',
          hasProcesses: true,
          note: 'Each model is a process. One of a real handler is larger, because it imports PyTorch.',
          arguments: ['--enable-model-api'],
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
