import type { NamedTensor } from '../../serving-configs/models/tensors/tensor-body.ts';
import { writeNdList } from '../../serving-configs/platforms/djl/messages.ts';

/** An NDList of tensors. */
export const ndListOf = (tensors: readonly NamedTensor[]): Buffer =>
  Buffer.concat(
    writeNdList(
      tensors.map((tensor) => ({ ...tensor, byteLength: tensor.bytes.length })),
      ({ bytes }, head) => [head, bytes],
    ).flat(),
  );
