import { bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import { predictionAnswers } from '../../support/predictions.ts';

describeCodec({
  serving: 'ray_serve',
  rest: {
    paths: { image: '/predict', tensor: '/predict' },
    readBack: (request, payload) =>
      payload === 'image' ? bodyOf(request) : floatsOf(bodyOf(request)),
    ...predictionAnswers,
  },
});
