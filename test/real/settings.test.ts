import { describeSettings } from './support/settings.ts';

// The servers of `npm run test:real`; the others are in every-serving-settings.test.ts.
for (const serving of [
  'triton_onnx',
  'kserve',
  'mlserver',
  'bentoml',
  'fastapi',
  'flask',
  'mms',
  'mosec',
  'torchserve',
] as const) {
  describeSettings(serving);
}
