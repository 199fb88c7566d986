import { randomBytes } from 'node:crypto';
import type { PlatformWires } from '../../protocols/grpc-wire.ts';
import { createApplicationWire, OCTETS } from '../../protocols/predict-route/application.ts';

const [IMAGE, TENSOR] = ['/predict', '/predict_tensor'];

/** A BentoML service with one route per payload; it ignores the media type of a request. */
export default {
  rest: createApplicationWire({
    headers: () => ({
      server: 'BentoML Service/ResNet50',
      'x-bentoml-request-id': randomBytes(8).toString('hex'),
    }),
    overloaded: 429,
    paths: [IMAGE, TENSOR],
    inputIn: (bytes, { path }) => ({ bytes, type: path === TENSOR ? OCTETS : 'image/jpeg' }),
  }),
} satisfies PlatformWires;
