import {
  NDLIST,
  tensorsFromNdList,
  writeNdList,
} from '../../serving-configs/platforms/djl/messages.ts';
import { outputsWith } from './infer-body.ts';
import { joinWritten } from './input-tensor.ts';
import { tensorsIn, unsupported, type Codec, type ServingCodecs } from './serving.ts';

/** DJL Serving's `POST /predictions/{model}` with all inputs as an NDList, the binary format of its library; so is the answer. */
const rest: Codec = {
  encode(input, encoding, model) {
    const tensors = tensorsIn(input);
    if (tensors === undefined || encoding !== 'raw') {
      throw unsupported(input.payload, encoding, model);
    }
    return {
      method: 'POST',
      path: `/predictions/${model.name}`,
      headers: { 'content-type': NDLIST },
      ...joinWritten(writeNdList(tensors, (tensor, head) => tensor.asBytes(head))),
    };
  },

  decode: ({ body }, model) => outputsWith(() => tensorsFromNdList(body), model),
};

export default { rest } satisfies ServingCodecs;
