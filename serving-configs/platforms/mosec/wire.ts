import { sizeOfShape } from '../../models/tensors/tensor-spec.ts';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createApplicationWire, OCTETS } from '../../protocols/predict-route/application.ts';

/** `--capacity`, by default, and the request that the worker has. */
const CAPACITY = 1024 + 1;

/** Mosec with one worker, which sees no headers: a body of the length of the model's input is a tensor. */
export default {
  rest: (manifest) =>
    createApplicationWire({
      headers: () => ({ server: 'mosec/0.9.8' }),
      overloaded: 429,
      takesAtMost: CAPACITY,
      inputIn: (bytes) => {
        const [input] = manifest.served.inputs;
        const isTensor = bytes.length === 4 * sizeOfShape(input?.shape ?? []);
        return { bytes, type: isTensor ? OCTETS : '' };
      },
    })(manifest),
} satisfies PlatformWires;
