import { applicationTensors } from './application-tensors.ts';
import { asBody, predictRoute } from './predict-route.ts';
import type { ServingCodecs } from './serving.ts';

/** One application behind the proxy: image and tensor to its route, told apart by their media type. */
export default {
  rest: predictRoute('raw', asBody({ image: '/predict', tensor: '/predict' })),
  tensors: applicationTensors(() => '/predict'),
} satisfies ServingCodecs;
