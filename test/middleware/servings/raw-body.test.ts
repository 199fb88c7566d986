import {
  bodyOf,
  describeCodec,
  floatsOf,
  type ProtocolSamples,
} from '../../support/describe-codec.ts';
import { predictionAnswers } from '../../support/predictions.ts';
import { labelAnswers } from '../../support/top-labels.ts';

const readBack: ProtocolSamples['readBack'] = (request, payload) =>
  payload === 'image' ? bodyOf(request) : floatsOf(bodyOf(request));

const predict = { image: '/predict', tensor: '/predict' };

for (const [serving, samples] of [
  ['bentoml', { paths: { ...predict, tensor: '/predict_tensor' }, ...predictionAnswers }],
  ['cortex', { paths: predict, ...predictionAnswers }],
  ['fastapi', { paths: predict, ...predictionAnswers }],
  ['flask', { paths: predict, ...predictionAnswers }],
  ['mosec', { paths: predict, ...predictionAnswers }],
  ['ray_serve', { paths: predict, ...predictionAnswers }],
  ['mms', labelAnswers],
] as const) {
  describeCodec({ serving, rest: { readBack, ...samples } });
}
