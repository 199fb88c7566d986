/** Facts that the manifests of several platforms share. */
import type { Endpoint, ModelContract } from './manifest.ts';

type Taken = Omit<Endpoint, 'port'>;

/** What an application takes as the plain bytes of a request. */
export const PLAIN_BODIES = {
  payloads: { image: ['raw'], tensor: ['raw'] },
  defaultPayload: 'image',
  tensors: ['binary', 'json'],
} as const satisfies Taken;

/** What a platform takes with the Open Inference Protocol, version 2, and the ONNX file that it serves as it is. */
export const OPEN_INFERENCE = {
  rest: {
    payloads: { tensor: ['binary', 'json'] },
    defaultPayload: 'tensor',
    tensors: ['binary', 'json'],
  },
  grpc: { payloads: { tensor: ['raw'] }, defaultPayload: 'tensor', tensors: ['raw'] },
  model: { layout: 'NCHW', output: 'logits', tensors: { input: 'input', output: 'output' } },
} as const satisfies {
  readonly rest: Taken;
  readonly grpc: Taken;
  readonly model: Omit<ModelContract, 'name'>;
};
