import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

/** The folder in the container with the properties of the model, whose file is elsewhere. */
const PROPERTIES = '/serving/djl/model';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    djl: {
      title: 'DJL Serving',
      version: '0.36.0',
      inStudy: 'no',
      rest: {
        port: 8080,
        payloads: { tensor: ['raw'] },
        defaultPayload: 'tensor',
        tensors: ['raw'],
      },
      health: { port: 8080, path: '/ping' },
      metrics: { port: 8080, path: '/server/metrics' },
      statistics: { port: 8080, path: '/server/metrics' },
      model: {
        name,
        layout: 'NCHW',
        output: 'logits',
        tensors: { input: 'input', output: 'output' },
      },
      usage: {
        packaging: 'none (a folder with the model)',
        batching: 'configured',
        severalModels: 'configured',
        versions: 'configured',
        call: `curl -T cat.ndlist localhost:8080/predictions/${name}`,
        lastRelease: {
          version: '0.36.0',
          date: '2026-03-12',
          source: 'https://github.com/deepjavalibrary/djl-serving/releases/tag/v0.36.0',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/deepjavalibrary/djl-serving',
        },
        readOn: '2026-12-03',
      },
      settings: {
        instances: {
          key: 'minWorkers and maxWorkers in serving.properties',
          default: 'from 1 to one per core',
        },
        threads: {
          key: 'option.intraOpNumThreads in serving.properties, which all instances share',
          default: 'one per physical core',
        },
        // ModelInfo.java chooses the batchifier "stack" for a batch_size above 1, and there is none that joins existing batches.
        maxBatch: {
          none: 'its batches stack tensors on a new first dimension, but those of our requests have one already',
        },
        batchDelayMs: { none: 'no batches' },
      },
      startTimeoutSeconds: 120,
      container: {
        // The images whose makers have added ONNX Runtime; into others, the server would download it when it starts.
        image: {
          official: {
            cpu: 'deepjavalibrary/djl-serving:0.36.0-cpu-full',
            gpu: 'deepjavalibrary/djl-serving:0.36.0-pytorch-gpu',
          },
          standIn: 'the simulated server of this project on ONNX Runtime for Node',
        },
        // The entry point of the image is a shell that does not pass signals on.
        entrypoint: '/usr/bin/djl-serving',
        // A name that it takes from a folder would have "_" in place of "-".
        command: ['--models', `${name}=file://${PROPERTIES}`],
        environment: {
          SERVING_PROMETHEUS: 'true',
          // Its images tell AWS which instance they run on.
          OPT_OUT_TRACKING: 'true',
        },
        config: {
          'container/config.properties': '/opt/djl/conf/config.properties',
          'container/serving.properties': `${PROPERTIES}/serving.properties`,
        },
        models: { folder: 'djl', files: ['model.onnx'] },
      },
      venv: {
        impossible: 'no package contains the server; Maven Central has only the library',
      },
    },
  } as const satisfies PlatformManifest;
};
