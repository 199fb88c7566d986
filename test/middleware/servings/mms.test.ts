import { bodyOf, describeCodec, floatsOf } from '../../support/describe-codec.ts';
import { labelAnswers } from '../../support/top-labels.ts';

describeCodec({
  serving: 'mms',
  rest: {
    readBack: (request, payload) =>
      payload === 'image' ? bodyOf(request) : floatsOf(bodyOf(request)),
    ...labelAnswers,
  },
});
