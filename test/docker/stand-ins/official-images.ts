/**
 * What is known of the images of the platforms' makers, from the files that they are built from. The stand-ins are held against it, so
 * that each fact stands here once.
 */
export interface OfficialImage {
  /** The file that says so, at the release. */
  readonly source: string;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Name of the user, empty for root. */
  readonly user: string;
  /** Ids of the user by its name, also where the image does not run as it. */
  readonly userIds: Readonly<Record<string, number>>;
  readonly exposedPorts: readonly number[];
  readonly environment: Readonly<Record<string, string>>;
  /** A folder of the PATH in which its programs lie. */
  readonly programFolder: string;
  readonly files: readonly string[];
}

/** By the name that follows the registry in the names of the stand-ins. */
export const officialImages = {
  'pytorch/torchserve:0.12.0-cpu': {
    source: 'docker/Dockerfile of pytorch/serve at v0.12.0',
    workdir: '/home/model-server',
    entrypoint: ['/usr/local/bin/dockerd-entrypoint.sh'],
    command: ['serve'],
    user: 'model-server',
    userIds: { 'model-server': 1000 },
    exposedPorts: [7070, 7071, 8080, 8081, 8082],
    environment: { PYTHONUNBUFFERED: 'TRUE', TEMP: '/home/model-server/tmp' },
    programFolder: '/home/venv/bin',
    files: [
      '/home/venv/bin/python',
      '/home/venv/bin/torchserve',
      '/home/venv/bin/torch-model-archiver',
      '/home/model-server/config.properties',
      '/home/model-server/model-store',
      '/home/model-server/tmp',
    ],
  },
  'tensorflow/serving:2.19.1': {
    source: 'tensorflow_serving/tools/docker/Dockerfile of tensorflow/serving at 2.19.1',
    workdir: '/',
    entrypoint: ['/usr/bin/tf_serving_entrypoint.sh'],
    command: [],
    user: '',
    userIds: {},
    exposedPorts: [8500, 8501],
    environment: { MODEL_BASE_PATH: '/models', MODEL_NAME: 'model' },
    programFolder: '/usr/bin',
    files: ['/usr/bin/tensorflow_model_server', '/models'],
  },
  'nvidia/tritonserver:25.02-py3': {
    source: 'build.py of triton-inference-server/server at v2.55.0; the entry point is inferred',
    workdir: '/opt/tritonserver',
    entrypoint: ['/opt/nvidia/nvidia_entrypoint.sh'],
    command: [],
    user: '',
    userIds: { 'triton-server': 1000 },
    exposedPorts: [],
    environment: {
      TRITON_SERVER_VERSION: '2.55.0',
      NVIDIA_TRITON_SERVER_VERSION: '25.02',
      TCMALLOC_RELEASE_RATE: '200',
      LD_LIBRARY_PATH: '/opt/hpcx/ucc/lib/:/opt/hpcx/ucx/lib/',
    },
    programFolder: '/opt/tritonserver/bin',
    files: [
      '/opt/tritonserver/bin/tritonserver',
      '/opt/tritonserver/backends/onnxruntime',
      '/opt/tritonserver/backends/python',
      '/opt/tritonserver/backends/pytorch',
      '/opt/tritonserver/backends/tensorflow',
    ],
  },
  'openvino/model_server:2026.4.1': {
    source: 'Dockerfile.ubuntu of openvinotoolkit/model_server',
    workdir: '/',
    entrypoint: ['/ovms/bin/ovms'],
    command: [],
    user: 'ovms',
    userIds: { ovms: 5000 },
    exposedPorts: [],
    environment: {
      PYTHONPATH: '/ovms/lib/python:/ovms/python_deps',
      LD_LIBRARY_PATH: '/ovms/lib',
    },
    programFolder: '/ovms/bin',
    files: ['/ovms/bin/ovms'],
  },
} as const satisfies Readonly<Record<string, OfficialImage>>;

export type OfficialName = keyof typeof officialImages;
