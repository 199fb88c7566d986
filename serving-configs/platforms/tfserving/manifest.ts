import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    tfserving: {
      title: 'TensorFlow Serving',
      version: '2.19.1',
      inStudy: 'measured',
      isChosenToday: true,
      checkedAgainst: 'a stand-in on its official descriptors',
      rest: {
        port: 8501,
        payloads: { image: ['base64'], tensor: ['json', 'base64'], tensor_fullsize: ['json'] },
        defaultPayload: 'tensor',
        tensors: ['json'],
        columns: true,
      },
      grpc: {
        port: 8500,
        payloads: { image: ['raw'], tensor: ['raw'], tensor_fullsize: ['raw'] },
        defaultPayload: 'tensor',
        tensors: ['raw'],
      },
      health: { port: 8501, path: `/v1/models/${name}` },
      metrics: { port: 8501, path: '/monitoring/prometheus/metrics' },
      statistics: { port: 8501, path: '/monitoring/prometheus/metrics' },
      model: { name, layout: 'NHWC', output: 'probabilities' },
      usage: {
        packaging: 'none (a SavedModel)',
        batching: 'configured',
        severalModels: 'configured',
        versions: 'configured',
        call: `printf '{"signature_name":"serving_jpeg","inputs":{"jpeg":{"b64":"%s"}}}' $(base64 -w0 cat.jpg) | curl -d @- localhost:8501/v1/models/${name}:predict`,
        lastRelease: {
          version: '2.21.0 of its API package',
          date: '2026-09-29',
          source: 'https://github.com/tensorflow/serving/releases',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/tensorflow/serving',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: { none: 'it has one session, for which all its threads compute' },
        threads: {
          key: '--tensorflow_intra_op_parallelism and --tensorflow_inter_op_parallelism',
          default: 'one per core',
        },
        maxBatch: {
          key: 'max_batch_size in the file of --batching_parameters_file, with --enable_batching',
          default: 'none: batches are off',
        },
        batchDelayMs: {
          key: 'batch_timeout_micros in the file of --batching_parameters_file',
          default: '0',
        },
      },
      startTimeoutSeconds: 180,
      container: {
        image: {
          official: { cpu: 'tensorflow/serving:2.19.1', gpu: 'tensorflow/serving:2.19.1-gpu' },
          standIn: 'a program of ours on TensorFlow 2.17.1',
        },
        // The program that the entry point of the image runs, without a shell in between.
        entrypoint: 'tensorflow_model_server',
        command: [
          '--port=8500',
          '--rest_api_port=8501',
          `--model_name=${name}`,
          `--model_base_path=/models/${name}`,
          '--monitoring_config_file=/monitoring.config',
          '--enable_model_warmup=true',
          '--enable_batching=true{ifBatches}',
          '--batching_parameters_file=/batching.config{ifBatches}',
        ],
        commandOnCpu: [
          '--tensorflow_intra_op_parallelism={threads}',
          '--tensorflow_inter_op_parallelism={threads}',
        ],
        models: {
          folder: 'tfserving',
          files: [`${name}/1/saved_model.pb`],
          singleImages: 'the SavedModel that we build of ResNet-50 takes one image',
        },
        config: {
          'monitoring.config': '/monitoring.config',
          'batching.config': '/batching.config',
        },
        // It answers 200 while the model is still loading.
        ready: { port: 8501, path: `/v1/models/${name}`, holds: '"AVAILABLE"' },
      },
      venv: {
        environment: 'python',
        software: {
          name: 'Stand-in for TensorFlow Serving',
          package: 'grpcio',
          version: '(tensorflow-serving-api 2.21.0)',
        },
        real: false,
        note: 'A stand-in for TensorFlow Serving, which no package contains: a program of ours on the official protobuf descriptors. It proves encoding and decoding, but nothing about speed, batching or limits.',
        command: ['{python}', '{here}/stand_in.py', '{restPort}', '{grpcPort}'],
        ready: { port: 'rest', path: '/v1/models/{model}', holds: '"AVAILABLE"' },
        stop: { signal: 'process', graceSeconds: 10 },
      },
    },
  } as const satisfies PlatformManifest;
};
