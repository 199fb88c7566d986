import type { ManifestModel, PlatformManifest } from '../../manifest.ts';

export default ({ nameAs }: ManifestModel) => {
  const name = nameAs('resnet-50');
  return {
    ovms: {
      title: 'OpenVINO Model Server',
      version: '2026.4.1',
      inStudy: 'no',
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
        batching: 'none',
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
          // Without the precision hint, it computes in bfloat16 if the CPU can, and the best class may differ. One thread, as in
          // every other serving.
          '--plugin_config={"PERFORMANCE_HINT":"LATENCY","INFERENCE_PRECISION_HINT":"f32","INFERENCE_NUM_THREADS":1}',
          // One image at a time, as in every other serving.
          '--nireq=1',
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
