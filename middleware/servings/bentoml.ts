import { applicationTensors } from './application-tensors.ts';
import { asBody, predictRoute } from './predict-route.ts';
import type { ServingCodecs } from './serving.ts';

/** A route takes one kind of input, as the body itself; so there is one for each payload. */
export default {
  rest: predictRoute('raw', asBody({ image: '/predict', tensor: '/predict_tensor' })),
  tensors: applicationTensors(() => '/predict_tensor'),
} satisfies ServingCodecs;
