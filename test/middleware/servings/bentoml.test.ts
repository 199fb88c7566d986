import { bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import { predictionAnswers } from '../../support/predictions.ts';

describeCodec({
  serving: 'bentoml',
  rest: {
    paths: { image: '/predict', tensor: '/predict_tensor' },
    readBack: (request, payload) =>
      payload === 'image' ? bodyOf(request) : floatsOf(bodyOf(request)),
    ...predictionAnswers,
  },
});
