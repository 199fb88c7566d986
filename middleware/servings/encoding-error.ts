import type { Encoding, ModelContract, Payload, TENSORS } from '../../serving-configs/manifest.ts';

/** For a payload or an encoding that a codec does not write. The routes let none through, so it is an error of ours. */
export const unsupported = (
  payload: Payload | typeof TENSORS,
  encoding: Encoding,
  model: Pick<ModelContract, 'name'>,
): Error => new Error(`no codec for payload "${payload}" as ${encoding} to model "${model.name}"`);
