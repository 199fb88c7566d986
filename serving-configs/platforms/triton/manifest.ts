import type {
  ContainerFacts,
  ManifestModel,
  ManyModels,
  PlatformManifest,
  UsageFacts,
  VenvFacts,
} from '../../manifest.ts';

const server = {
  version: '25.02',
  rest: { port: 8000, payloads: { tensor: ['binary', 'json'] }, defaultPayload: 'tensor' },
  grpc: { port: 8001, payloads: { tensor: ['raw'] }, defaultPayload: 'tensor' },
  health: { port: 8000, path: '/v2/health/ready' },
  metrics: { port: 8002, path: '/metrics' },
  settings: {
    instances: {
      key: 'count of instance_group in config.pbtxt',
      default: '1 on a GPU; on a CPU 2 with ONNX Runtime, otherwise 1',
      provedBy: 'its model configuration',
    },
    threads: {
      key: 'parameters of the backend in config.pbtxt',
      default: 'one per core',
    },
    maxBatch: {
      key: 'max_batch_size in config.pbtxt, with dynamic_batching',
      default: '0; 4 for a model that tells its shapes',
      provedBy: 'its model configuration',
    },
    batchDelayMs: {
      key: 'max_queue_delay_microseconds of dynamic_batching in config.pbtxt',
      default: '0',
      provedBy: 'its model configuration',
    },
  },
  startTimeoutSeconds: 180,
} as const;

/** Endpoints that can also serve a user's model. */
const takesTensors = {
  rest: { ...server.rest, tensors: ['binary', 'json'] },
  grpc: { ...server.grpc, tensors: ['raw'] },
} as const;

/** The image for CPU and GPU; it serves on the CPU if there is no GPU. */
const image = 'nvcr.io/nvidia/tritonserver:25.02-py3';

const standIn =
  'Triton 2.51.0 of nvidia-pytriton 0.7.0, computing in Python with ONNX Runtime 1.20.1, torch 1.13.1 and TensorFlow 2.17.1';

/** A container loads one model, so that two frameworks do not share the memory of the GPU. */
const containerOf = (model: string, weights: string, singleImages?: string) =>
  ({
    image: { official: { cpu: image, gpu: image }, standIn },
    command: [
      'tritonserver',
      `--http-port=${server.rest.port}`,
      `--grpc-port=${server.grpc.port}`,
      `--metrics-port=${server.metrics.port}`,
      '--model-repository=/models',
      '--model-control-mode=explicit',
      `--load-model=${model}`,
      // Otherwise it would add a batching scheduler.
      '--disable-auto-complete-config',
      '--strict-readiness=true',
      '--exit-on-error=true',
      // The default is 30 s, even if nothing is in flight.
      '--exit-timeout-secs=4',
    ],
    models: {
      folder: 'triton',
      files: [`${model}/config.pbtxt`, `${model}/1/${weights}`],
      ...(singleImages !== undefined && { singleImages }),
    },
  }) as const satisfies ContainerFacts;

const statisticsOf = (model: string) =>
  ({ port: server.rest.port, path: `/v2/models/${model}/stats` }) as const;

const usageOf = (model: string) =>
  ({
    packaging: 'none (a folder with config.pbtxt)',
    batching: 'configured',
    severalModels: 'configured',
    versions: 'configured',
    call: `curl --json @cat.json localhost:${server.rest.port}/v2/models/${model}/infer`,
    lastRelease: {
      version: '2.73.0 (26.09)',
      date: '2026-09-30',
      source: 'https://github.com/triton-inference-server/server/releases',
    },
    maintained: {
      state: 'yes',
      source: 'https://github.com/triton-inference-server/server',
    },
    readOn: '2026-11-28',
  }) as const satisfies UsageFacts;

const venv = {
  environment: 'triton',
  // The server in this package, of October 2024, with its only backend.
  software: { name: 'Triton', package: 'nvidia-pytriton', version: '2.51.0, python backend' },
  real: true,
  note: 'The real server, release 24.10, but the model runs in ONNX Runtime behind its python backend: no package contains its own backends.',
  files: { 'models/{model}/1/model.py': 'model.py', 'models/{model}/config.pbtxt': 'config.pbtxt' },
  command: [
    '{python}',
    '{here}/start.py',
    '{work}',
    '--http-address=127.0.0.1',
    '--http-port={restPort}',
    '--grpc-address=127.0.0.1',
    '--grpc-port={grpcPort}',
    '--metrics-address=127.0.0.1',
    '--metrics-port={port:metrics}',
    // As in the container.
    '--disable-auto-complete-config{ifGiven}',
    '--strict-readiness=true',
    '--exit-on-error=true',
    '--backend-config=python,shm-region-prefix-name={run}-',
  ],
  ports: ['metrics'],
  ready: { port: 'rest', path: '/v2/health/ready' },
  // A clean end always takes 4 s.
  stop: { signal: 'process', graceSeconds: 15 },
  // The second name cannot be chosen. The folder is not used, so another server that starts meanwhile may lose it.
  leaves: ['/dev/shm/{run}-*', '/tmp/python_env_??????'],
  // The no-op backend is compiled at the start.
  noopEngine: { needs: ['c++'] },
} as const satisfies VenvFacts;

const GRPC_SERVICE = '/inference.GRPCInferenceService';

const manyModels = {
  how: 'api',
  hasProcesses: true,
  note: 'The python backend has a process for each model. Its backend for ONNX, which is in no package, has all models in one process.',
  arguments: ['--model-control-mode=explicit', '--load-model={model}'],
  load: {
    rest: { port: 'rest', method: 'POST', path: '/v2/repository/models/{model}/load' },
    grpc: { port: 'grpc', path: `${GRPC_SERVICE}/RepositoryModelLoad`, nameField: 2 },
  },
  unload: {
    rest: { port: 'rest', method: 'POST', path: '/v2/repository/models/{model}/unload' },
    grpc: { port: 'grpc', path: `${GRPC_SERVICE}/RepositoryModelUnload`, nameField: 2 },
  },
  ready: { port: 'rest', method: 'GET', path: '/v2/models/{model}/ready' },
  list: {
    port: 'rest',
    method: 'POST',
    path: '/v2/repository/index',
    body: '{"ready":true}',
    nameKey: 'name',
  },
  infer: { path: '/v2/models/{model}/infer' },
} as const satisfies ManyModels;

/** With the same files, all three servings would be the same server. */
const venvForBuilt = {
  ...venv,
  unserved: { given: 'no package contains its backend; triton_onnx stands in for it' },
} as const satisfies VenvFacts;

/** Facts of the models that keep the tensors of the ONNX file. */
const fromOnnx = {
  layout: 'NCHW',
  output: 'logits',
  tensors: { input: 'input', output: 'output' },
} as const;

export default ({ nameAs }: ManifestModel) => {
  const torch = nameAs('resnet50-torch');
  const tensorflow = nameAs('resnet50-tf');
  const onnx = nameAs('resnet50-onnx');
  const tensorrt = nameAs('resnet50-trt');
  return {
    triton_pytorch: {
      ...server,
      ...takesTensors,
      statistics: statisticsOf(torch),
      usage: usageOf(torch),
      title: 'Triton (PyTorch)',
      inStudy: 'measured',
      checkedAgainst: 'Triton 2.51.0, python backend',
      model: {
        name: torch,
        layout: 'NCHW',
        output: 'logits',
        tensors: { input: 'INPUT__0', output: 'OUTPUT__0', areNumbered: true },
      },
      container: containerOf(torch, 'model.pt'),
      venv: venvForBuilt,
    },
    triton_tensorflow: {
      ...server,
      ...takesTensors,
      statistics: statisticsOf(tensorflow),
      usage: usageOf(tensorflow),
      title: 'Triton (TensorFlow)',
      inStudy: 'measured',
      checkedAgainst: 'Triton 2.51.0, python backend',
      model: {
        name: tensorflow,
        layout: 'NHWC',
        output: 'probabilities',
        tensors: { input: 'image', output: 'probs' },
      },
      container: containerOf(
        tensorflow,
        'model.savedmodel/saved_model.pb',
        'the SavedModel that we build of ResNet-50 takes one image',
      ),
      venv: venvForBuilt,
    },
    triton_onnx: {
      ...server,
      ...takesTensors,
      statistics: statisticsOf(onnx),
      usage: usageOf(onnx),
      title: 'Triton (ONNX Runtime)',
      inStudy: 'no',
      isChosenToday: true,
      checkedAgainst: 'Triton 2.51.0, python backend',
      model: { ...fromOnnx, name: onnx },
      container: containerOf(onnx, 'model.onnx'),
      venv: { ...venv, manyModels },
    },
    triton_tensorrt: {
      ...server,
      statistics: statisticsOf(tensorrt),
      usage: usageOf(tensorrt),
      title: 'Triton (TensorRT)',
      inStudy: 'no',
      model: { ...fromOnnx, name: tensorrt },
      // Built from the ONNX file on the node, because a plan works only with one release of TensorRT and one kind of GPU.
      container: {
        ...containerOf(
          tensorrt,
          'model.plan',
          'the plan that we build of ResNet-50 takes one image',
        ),
        image: { official: { gpu: image } },
        tools: { tensorrt: '/usr/src/tensorrt/bin/trtexec' },
      },
      venv: { impossible: 'it needs an NVIDIA GPU, and no package contains its backend' },
    },
  } as const satisfies PlatformManifest;
};
