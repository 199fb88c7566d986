import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    ovms: {
      title: 'OpenVINO Model Server',
      version: '2026.4.1',
      inStudy: 'no',
      isChosenToday: true,
      rest: {
        port: 8000,
        payloads: { tensor: ['binary', 'json'] },
        defaultPayload: 'tensor',
        tensors: ['binary', 'json'],
      },
      grpc: {
        port: 9000,
        payloads: { tensor: ['raw'] },
        defaultPayload: 'tensor',
        tensors: ['raw'],
      },
      health: { port: 8000, path: '/v2/health/ready' },
      metrics: { port: 8000, path: '/metrics' },
      statistics: { port: 8000, path: '/metrics' },
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
        call: `curl --json @cat.json localhost:8000/v2/models/${name}/infer`,
        lastRelease: {
          version: '2026.4.1',
          date: '2026-10-06',
          source: 'https://github.com/openvinotoolkit/model_server/releases/tag/v2026.4.1',
        },
        maintained: {
          state: 'yes',
          source: 'https://github.com/openvinotoolkit/model_server',
        },
        readOn: '2026-11-28',
      },
      settings: {
        instances: {
          key: 'NUM_STREAMS in --plugin_config, and --nireq',
          default: 'by PERFORMANCE_HINT=LATENCY',
        },
        threads: { key: 'INFERENCE_NUM_THREADS in --plugin_config', default: 'one per core' },
        // With BATCH:CPU, a model with a free dimension loads and is computed one by one: src/plugins/auto_batch/src/plugin.cpp of OpenVINO.
        maxBatch: { none: 'it batches only models whose shapes are all fixed' },
        batchDelayMs: { none: 'no batches' },
      },
      startTimeoutSeconds: 120,
      container: {
        // It does not support NVIDIA GPUs.
        image: {
          official: { cpu: 'openvino/model_server:2026.4.1' },
          standIn: 'the simulated server of this project on ONNX Runtime for Node',
        },
        command: [
          `--model_name=${name}`,
          `--model_path=/models/${name}`,
          '--port=9000',
          '--rest_port=8000',
          '--target_device=CPU',
          // Without the precision hint, it computes in bfloat16 if the CPU can, and the best class may differ.
          '--plugin_config={"NUM_STREAMS":"{instances}","INFERENCE_PRECISION_HINT":"f32","INFERENCE_NUM_THREADS":{threads}}',
          // As many requests at a time.
          '--nireq={instances}',
          '--metrics_enable',
          // The models do not change.
          '--file_system_poll_wait_seconds=0',
        ],
        models: { folder: 'ovms', files: [`${name}/1/model.onnx`] },
      },
      venv: {
        impossible: 'no package contains the server; the openvino package has only the runtime',
      },
    },
  } as const satisfies PlatformManifest;
};
