import type { PlatformManifest } from '../manifest.ts';

const server = {
  version: '25.02',
  rest: { port: 8000 },
  health: { port: 8000, path: '/v2/health/ready' },
  metrics: { port: 8002, path: '/metrics' },
  payloads: { tensor: ['binary', 'json'] },
  defaultPayload: 'tensor',
  startTimeoutSeconds: 180,
} as const;

export default {
  triton_pytorch: {
    ...server,
    title: 'Triton (PyTorch)',
    model: {
      name: 'resnet50-torch',
      family: 'torch',
      layout: 'NCHW',
      output: 'logits',
      tensors: { input: 'INPUT__0', output: 'OUTPUT__0' },
    },
  },
  triton_tensorflow: {
    ...server,
    title: 'Triton (TensorFlow)',
    model: {
      name: 'resnet50-tf',
      family: 'keras',
      layout: 'NHWC',
      output: 'probabilities',
      tensors: { input: 'image', output: 'probs' },
    },
  },
} as const satisfies PlatformManifest;
