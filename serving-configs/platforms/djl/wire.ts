import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { frontEndAnswer } from '../../protocols/predictions-api/front-end.ts';
import { tensorsInput } from '../../protocols/tensors/tensor-call.ts';
import {
  answered,
  failInJson,
  jsonAnswer,
  jsonError,
  type InferenceCall,
  type WireFactory,
} from '../../protocols/wire.ts';
import { NDLIST, tensorsFromNdList, writeNdList } from './messages.ts';

/** `job_queue_size`, by default. A busy worker's request takes one of its places. */
const TAKES_AT_MOST = 1000;

/** The inference API of DJL Serving 0.36.0, for a model without a translator: an NDList in, an NDList out. */
const rest: WireFactory = ({ health, served }) => {
  const inference: InferenceCall = {
    kind: 'inference',
    protocol: 'rest',
    form: () => NDLIST,
    read: (body) => tensorsInput(tensorsFromNdList(body), served),
    render: (_form, output) => {
      const described = output.map((tensor) => ({ ...tensor, byteLength: tensor.bytes.length }));
      const parts = writeNdList(described, ({ bytes }, head) => [head, bytes]);
      return frontEndAnswer(Buffer.concat(parts.flat()), { 'content-type': NDLIST });
    },
    fail: failInJson(),
  };
  return {
    takesAtMost: TAKES_AT_MOST,
    refusesExpectations: true,
    route: ({ path }) => {
      if (path === health.path) {
        const state = { [served.name]: { status: 'Healthy' } };
        return answered(jsonAnswer(200, JSON.stringify(state, null, 2)));
      }
      if (path === `/predictions/${served.name}`) return inference;
      return path.startsWith('/predictions/')
        ? answered(jsonError(404, 'model not found'))
        : undefined;
    },
  };
};

export default { rest } satisfies PlatformWires;
